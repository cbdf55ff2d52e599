import { commitmentOf, NOTHING_PRIVATE } from "../../../common/audit-chain.ts";
import { isPrivate, publicForm } from "../../../common/audit-row.ts";
import { isPrivateName } from "../../../common/private-names.ts";
import { organizationName } from "../../../common/resource-name.ts";
import type { ExportAuditEventsRequest__Output } from "../../../proto/gen/keyhold/v1/ExportAuditEventsRequest.ts";
import type { AuditEvent, ShownEvent } from "../../audit/event.ts";
import type { AuditFilter } from "../../audit/filter.ts";
import type { LogInfo } from "../../audit/logs.ts";
import { milliseconds, timestamp } from "../edge/fields.ts";

/** Who reads: private names are shown to the user with this uid. */
export interface Reader {
  /** Empty for a caller who is no user. */
  readonly uid: string;
  /** Everything is read, or only what is about the reader's own. */
  readonly all: boolean;
}

type Filters = Omit<ExportAuditEventsRequest__Output, "parent" | "organizationUid">;

/** Nobody finds out by a filter what is not shown: what it matches of private names is the reader's own. */
export function filterIn(request: Filters, reader: Reader): AuditFilter {
  const { resource, principal, action, result, token } = request;
  const isOwn = !reader.all || isPrivateName(resource);
  return {
    resource: resource || undefined,
    principal: principal || undefined,
    action: action || undefined,
    result: result || undefined,
    token: token.split("/").at(-1) || undefined,
    since: milliseconds(request.since),
    until: milliseconds(request.until),
    owner: isOwn ? reader.uid || NOBODY : undefined,
  };
}

/** No user has this uid, and no row is about this user. */
const NOBODY = "nobody";

/** The row as the reader may see it. */
export function shownTo(event: AuditEvent, { uid }: Reader): ShownEvent {
  const { hash, salt, ...row } = event;
  if (!isPrivate(row)) return { ...row, hash, ...NOTHING_PRIVATE };
  if (uid !== "" && row.ownerUid === uid) return { ...row, hash, salt, commitment: Buffer.alloc(0) };
  const commitment = row.format === 1 ? Buffer.alloc(0) : commitmentOf(row, salt);
  return { ...publicForm(row), hash, salt: Buffer.alloc(0), commitment };
}

export function eventMessage(event: ShownEvent) {
  const { organization, log, sequence, principal, token, address, requestId, action } = event;
  const { resource, resourceUid, ownerUid, version, result, count, comment, details, format } = event;
  const parent = organization === "" ? "" : `${organizationName(organization)}/`;
  return {
    name: `${parent}auditEvents/${sequence}`,
    ...{ sequence, time: timestamp(event.time), principal, token, address, requestId, action },
    ...{ resource, resourceUid, ownerUid, version, result, count, comment, format, organizationUid: log },
    details: [...details],
    hash: Buffer.from(event.hash),
    salt: Buffer.from(event.salt),
    commitment: Buffer.from(event.commitment),
  };
}

export function logMessage({ log, organization, exists, events, firstTime, lastTime }: LogInfo) {
  return {
    organizationUid: log,
    organization: organization === "" ? "" : organizationName(organization),
    deleted: !exists,
    events,
    firstTime: timestamp(firstTime),
    lastTime: timestamp(lastTime),
  };
}
