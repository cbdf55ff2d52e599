import type { TokenRecord } from "../../directory/records.ts";
import { timestamp } from "../edge/fields.ts";

/** A token as lists show it: nothing that would let somebody use it. */
export function tokenMessage(record: TokenRecord) {
  const { name, principal, displayName, prefix, creator } = record;
  return {
    name,
    principal,
    displayName,
    prefix,
    scopes: [...record.scopes],
    createTime: timestamp(record.createTime),
    creator,
    expireTime: timestamp(record.expireTime),
    lastUseTime: timestamp(record.lastUseTime),
    revokeTime: timestamp(record.revokeTime),
    parent: record.parent ?? "",
  };
}
