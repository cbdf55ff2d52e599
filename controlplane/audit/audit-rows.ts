import type { AuditEventRow } from "../database/schema.ts";
import type { AuditEvent } from "./event.ts";

// Rows of the audit log as the database has them, and what they mean.

export function rowOf(event: AuditEvent): AuditEventRow {
  const { requestId, resourceUid, ownerUid, details, ...rest } = event;
  return {
    ...rest,
    request_id: requestId,
    resource_uid: resourceUid,
    owner_uid: ownerUid,
    details: details.length === 0 ? "" : JSON.stringify(details),
  };
}

export function eventOf(row: AuditEventRow): AuditEvent {
  const { request_id, resource_uid, owner_uid, details, format, ...rest } = row;
  return {
    ...rest,
    format: format === 1 ? 1 : 2,
    requestId: request_id,
    resourceUid: resource_uid,
    ownerUid: owner_uid,
    details: details === "" ? [] : (JSON.parse(details) as string[]),
  };
}
