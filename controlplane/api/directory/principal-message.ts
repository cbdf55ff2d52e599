import { KeyholdError } from "../../../common/errors.ts";
import type { ServiceAccountRecord, UserRecord } from "../../directory/records.ts";
import { timestamp } from "../edge/fields.ts";

/** Only enough of a check to notice a slip: the address is proved by whoever signs in with it. */
export function emailIn(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new KeyholdError({
    code: "invalid",
    field: "user.email",
    message: `user.email ${JSON.stringify(text.slice(0, 254))} is not an e-mail address`,
  });
}

export function userMessage(record: UserRecord) {
  return { ...accountMessage(record), email: record.email ?? "" };
}

export function accountMessage(record: ServiceAccountRecord) {
  const { name, uid, displayName, creator, etag } = record;
  return { name, uid, displayName, creator, etag, createTime: timestamp(record.createTime) };
}
