import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { type Page, pageToken, startOf } from "../database/page.ts";
import type { Db } from "../database/schema.ts";
import { readHead } from "./append.ts";
import { eventOf } from "./audit-rows.ts";
import type { AuditEvent } from "./event.ts";
import { type AuditFilter, conditionOf, isOpen } from "./filter.ts";

/** Rows that one statement looks at. Between two the event loop and other users of the database have their turn. */
const WINDOW = 5_000;
/** Rows that one call looks at: then it answers with what it has found, and with where to go on. */
const MOST_LOOKED_AT = 250_000;
/** Bytes of text in a page, so that it fits into one message whatever the rows hold. */
const MOST_BYTES = 1024 * 1024;
/** Clocks are set back at times: rows may be that much older than those before them. Milliseconds. */
const CLOCK_SLACK = 60 * 60 * 1000;

/** Runs a reading function. */
type Read = <T>(fn: (db: Db) => Promise<T>) => Promise<T>;

/** Newest first. */
export async function listEvents(read: Read, log: string, filter: AuditFilter): Promise<Page<AuditEvent>> {
  const { pageSize: _, pageToken: __, ...wanted } = filter;
  const list = JSON.stringify(["audit", log, wanted]);
  const start = startOf(filter, list);
  const bounds = await read((db) => boundsOf(db, log, filter));
  const size = isOpen(filter) ? start.limit : WINDOW;
  const items: AuditEvent[] = [];
  let upper = Math.min(bounds.upper, start.after === undefined ? bounds.upper : Number(start.after) - 1);
  let bytes = 0;
  for (let looked = 0; upper > bounds.lower && looked < MOST_LOOKED_AT; looked += size) {
    const lower = Math.max(bounds.lower, upper - size);
    for (const event of await read((db) => newestIn(db, log, { lower, upper }, filter, start.limit))) {
      bytes += sizeOf(event);
      const isFull = items.length >= start.limit - 1 || (items.length > 0 && bytes > MOST_BYTES);
      if (isFull) return { items, nextPageToken: pageToken(list, String(items.at(-1)?.sequence)) };
      items.push(event);
    }
    upper = lower;
    if (upper > bounds.lower) await setImmediate();
  }
  return { items, nextPageToken: upper > bounds.lower ? pageToken(list, String(upper + 1)) : "" };
}

/** Oldest first, the first `limit` of those after a sequence number. An empty answer is the end. */
export async function eventsAfter(
  read: Read,
  log: string,
  from: { readonly sequence: number; readonly limit: number },
  filter: AuditFilter,
): Promise<readonly AuditEvent[]> {
  if (isOpen(filter)) return read((db) => oldestAfter(db, log, from.sequence, from.limit));
  const bounds = await read((db) => boundsOf(db, log, filter));
  for (let lower = Math.max(from.sequence, bounds.lower); lower < bounds.upper; lower += WINDOW) {
    const upper = Math.min(bounds.upper, lower + WINDOW);
    const rows = await read((db) =>
      within(db, log, { lower, upper }, filter).orderBy("sequence").limit(from.limit).execute(),
    );
    if (rows.length > 0) return rows.map(eventOf);
    await setImmediate();
  }
  return [];
}

/** Oldest first. */
export async function oldestAfter(
  db: Db,
  log: string,
  sequence: number,
  limit: number,
): Promise<readonly AuditEvent[]> {
  const rows = await db
    .selectFrom("audit_events")
    .selectAll()
    .where("log", "=", log)
    .where("sequence", ">", sequence)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Rows with sequence numbers above the lower and up to the upper one. */
interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

async function newestIn(
  db: Db,
  log: string,
  bounds: Bounds,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditEvent[]> {
  const rows = await within(db, log, bounds, filter).orderBy("sequence", "desc").limit(limit).execute();
  return rows.map(eventOf);
}

function within(db: Db, log: string, { lower, upper }: Bounds, filter: AuditFilter) {
  return db
    .selectFrom("audit_events")
    .selectAll()
    .where("log", "=", log)
    .where("sequence", ">", lower)
    .where("sequence", "<=", upper)
    .where(conditionOf(filter));
}

/** Between which rows those of the filter lie, as far as its times tell. */
async function boundsOf(db: Db, log: string, { since, until }: AuditFilter): Promise<Bounds> {
  const head = await readHead(db, log);
  if (head === undefined) return { lower: 0, upper: await lastOf(db, log) };
  const whole = { lower: head.base_sequence, upper: head.sequence };
  const lower = since === undefined ? whole.lower : await lastBefore(db, log, since - CLOCK_SLACK, whole);
  const upper = until === undefined ? whole.upper : await lastBefore(db, log, until + CLOCK_SLACK, whole);
  return { lower, upper };
}

async function lastOf(db: Db, log: string): Promise<number> {
  const row = await db
    .selectFrom("audit_events")
    .select(sql<number | null>`max(sequence)`.as("last"))
    .where("log", "=", log)
    .executeTakeFirst();
  return Number(row?.last ?? 0);
}

/** The last row that is older than `time`, by halving: times grow with numbers, but for what {@link CLOCK_SLACK} allows. */
async function lastBefore(db: Db, log: string, time: number, { lower, upper }: Bounds): Promise<number> {
  let [low, high] = [lower, upper];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = await db
      .selectFrom("audit_events")
      .select("time")
      .where("log", "=", log)
      .where("sequence", "=", middle)
      .executeTakeFirst();
    if (row !== undefined && row.time < time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** About: what a message of it takes. */
function sizeOf({ principal, action, resource, comment, details }: AuditEvent): number {
  const texts = [principal, action, resource, comment, ...details];
  return 300 + texts.reduce((sum, text) => sum + text.length, 0);
}
