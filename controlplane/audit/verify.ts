import { type Break, ChainWalk } from "../../common/audit-chain.ts";
import { organizationName } from "../../common/resource-name.ts";
import type { AuditHeadRow, Db } from "../database/schema.ts";
import { readHead } from "./append.ts";
import type { AuditEvent } from "./event.ts";
import type { HeadSeal } from "./head.ts";
import { eventsAfter } from "./read.ts";

const PAGE = 1000;
/** Rows with numbers below 1 were written by hand, and have to be found as well. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

export interface Verdict {
  /** Rows that were found in their places. */
  readonly events: number;
  readonly broken: Break | undefined;
}

type Snapshot = <T>(fn: (db: Db) => Promise<T>) => Promise<T>;

/**
 * Walks a log from its first row to its head. Page by page, so that the database is not held: rows that are written meanwhile
 * are walked too, and the head is read together with the last page.
 */
export async function verify(snapshot: Snapshot, seal: HeadSeal, organization: string): Promise<Verdict> {
  const walk = new ChainWalk();
  for (;;) {
    const { rows, head, exists } = await snapshot(async (db) => ({
      rows: await eventsAfter(db, organization, walk.sequence || BEFORE_ALL, PAGE),
      head: await readHead(db, organization),
      exists: await organizationExists(db, organization),
    }));
    const broken =
      walkPage(walk, rows) ?? (rows.length < PAGE ? checkEnd(walk, head, seal, exists) : undefined);
    if (broken !== undefined || rows.length < PAGE) return { events: walk.sequence, broken };
  }
}

function walkPage(walk: ChainWalk, rows: readonly AuditEvent[]): Break | undefined {
  for (const row of rows) {
    const broken =
      row.sequence === 1 ? (checkFirst(row) ?? walk.next(row, row.hash)) : walk.next(row, row.hash);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** A log that was wiped starts again with whatever happens next; a real one starts with what it is about. */
function checkFirst(row: AuditEvent): Break | undefined {
  const own =
    row.organization === "" ? /^tokens\// : new RegExp(`^${escaped(organizationName(row.organization))}$`);
  const made = /\/(CreateOrganization|organization\.created|token\.created)$/;
  if (own.test(row.resource) && made.test(row.action)) return undefined;
  return { sequence: 1, problem: "row 1 is not the log's beginning: everything before it was removed" };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function checkEnd(
  walk: ChainWalk,
  head: AuditHeadRow | undefined,
  seal: HeadSeal,
  exists: boolean,
): Break | undefined {
  const next = walk.sequence + 1;
  if (head === undefined) {
    if (!exists && walk.sequence === 0) return undefined;
    return {
      sequence: next,
      problem: "the record of where the log ends is missing: all or its end was removed",
    };
  }
  if (head.sequence > walk.sequence) {
    const problem = `row ${next} is missing: rows ${next} to ${head.sequence} were removed from the end`;
    return { sequence: next, problem };
  }
  if (head.sequence < walk.sequence) {
    const first = head.sequence + 1;
    return { sequence: first, problem: `row ${first} was not written by the server, but appended by hand` };
  }
  if (!Buffer.from(walk.hash).equals(head.hash)) {
    return {
      sequence: walk.sequence,
      problem: `row ${walk.sequence} is not the one the log ended with: rows were rewritten`,
    };
  }
  if (seal.holds(head)) return undefined;
  const problem =
    "the record of where the log ends was not made by this server's key: the log's end was tampered with";
  return { sequence: walk.sequence, problem };
}

async function organizationExists(db: Db, organization: string): Promise<boolean> {
  if (organization === "") return true;
  const row = await db
    .selectFrom("organizations")
    .select("id")
    .where("id", "=", organization)
    .executeTakeFirst();
  return row !== undefined;
}
