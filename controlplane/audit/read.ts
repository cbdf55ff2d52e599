import { sql } from "kysely";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { AuditEventRow, Db } from "../database/schema.ts";
import { type AuditEvent, DELIVERIES } from "./event.ts";

export interface AuditFilter extends PageRequest {
  /** This resource, what is below it, and deliveries in which it was handed out. */
  readonly resource?: string | undefined;
  readonly principal?: string | undefined;
}

/** Newest first. */
export async function listEvents(
  db: Db,
  organization: string,
  filter: AuditFilter,
): Promise<Page<AuditEvent>> {
  const { resource, principal } = filter;
  const list = JSON.stringify(["audit", organization, resource, principal]);
  const start = startOf(filter, list);
  let query = db.selectFrom("audit_events").selectAll().where("organization", "=", organization);
  if (start.after !== undefined) query = query.where("sequence", "<", Number(start.after));
  if (principal !== undefined) query = query.where("principal", "=", principal);
  if (resource !== undefined) query = query.where(about(resource));
  const rows = await query.orderBy("sequence", "desc").limit(start.limit).execute();
  return pageOf(rows, start, list, { key: (row) => String(row.sequence), item: eventOf });
}

/** Without LIKE: `_` is a letter of names and its wildcard, and SQLite's does not tell `a` from `A`. */
function about(resource: string) {
  const below = `${resource}/`;
  const handedOut = ` ${resource}@`;
  return sql<boolean>`(resource = ${resource} or substr(resource, 1, ${below.length}) = ${below}
    or (action in (${sql.join(DELIVERIES)}) and replace(' ' || comment, ${handedOut}, '') <> ' ' || comment))`;
}

/** Oldest first. */
export async function eventsAfter(
  db: Db,
  organization: string,
  sequence: number,
  limit: number,
): Promise<AuditEvent[]> {
  const rows = await db
    .selectFrom("audit_events")
    .selectAll()
    .where("organization", "=", organization)
    .where("sequence", ">", sequence)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

function eventOf({ request_id, ...row }: AuditEventRow): AuditEvent {
  return { ...row, requestId: request_id };
}
