import { setImmediate } from "node:timers/promises";
import { BEFORE_THE_FIRST, type Break, ChainWalk } from "../../common/audit-chain.ts";
import { KeyholdError } from "../../common/errors.ts";
import { organizationName } from "../../common/resource-name.ts";
import type { AuditHeadRow, Db } from "../database/schema.ts";
import type { RootSession } from "../database/session.ts";
import { readHead } from "./append.ts";
import { readCheckpoint, walkPoint, walkToken, writeCheckpoint } from "./checkpoint.ts";
import type { AuditEvent } from "./event.ts";
import type { ChainPoint, HeadSeal } from "./head.ts";
import { oldestAfter } from "./read.ts";

/** Rows walked at once: a few milliseconds of the event loop. */
const PAGE = 500;
/** Rows with numbers below 1 were written by hand, and have to be found as well. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;
/** A log of so many rows is always walked from its first: that takes about a second. */
const SMALL = 50_000;
/** How long one call walks; the answer says where to go on. Milliseconds. */
const BUDGET = 10_000;

export interface VerifyOptions {
  /** From the first row, instead of from where the last verification ended. */
  readonly full?: boolean;
  /** Of an answer before: goes on there. */
  readonly token?: string | undefined;
  /** Milliseconds. */
  readonly budget?: number;
  /** Rows up to which a log is always walked from its first. */
  readonly small?: number;
}

export interface Verdict {
  /** Rows of the log up to where it was walked. */
  readonly events: number;
  /** The first row that was walked, by this call or those before it with its token; 0 if none was. */
  readonly from: number;
  readonly broken: Break | undefined;
  /** Empty at the end of the log. */
  readonly next: string;
}

type Sessions = Pick<RootSession, "snapshot" | "write">;

/**
 * Walks a log to its head. Page by page, so that neither the database nor the event loop is held: rows that are written
 * meanwhile are walked too, and the head is read together with the last page. A walk that finds nothing wrong leaves a sealed
 * checkpoint, from which the next one starts.
 */
export async function verify(
  sessions: Sessions,
  seal: HeadSeal,
  log: string,
  options: VerifyOptions,
): Promise<Verdict> {
  const end = performance.now() + (options.budget ?? BUDGET);
  const base = await sessions.snapshot((db) => baseOf(db, log));
  const start = await sessions.snapshot((db) => startOf(db, seal, log, options));
  const walk = new ChainWalk(start ?? base);
  const from = start === undefined ? base.sequence + 1 : start.sequence + 1;
  for (;;) {
    const isFirst = start === undefined && walk.sequence === base.sequence;
    const { rows, head, exists } = await sessions.snapshot(async (db) => ({
      rows: await oldestAfter(db, log, isFirst ? BEFORE_ALL : walk.sequence, PAGE),
      head: await readHead(db, log),
      exists: await organizationExists(db, log),
    }));
    const atEnd = rows.length < PAGE;
    const broken =
      walkPage(walk, rows, base.sequence + 1) ?? (atEnd ? checkEnd(walk, head, seal, exists) : undefined);
    const events = walk.sequence - base.sequence;
    if (broken !== undefined) return { events, from, broken, next: "" };
    const isLate = performance.now() >= end;
    if (atEnd || isLate) {
      const point = { log, sequence: walk.sequence, hash: walk.hash };
      if (walk.sequence > base.sequence && (atEnd || options.full !== true))
        await sessions.write((tx) => writeCheckpoint(tx.db, seal, point));
      return { events, from, broken, next: atEnd ? "" : walkToken(seal, point) };
    }
    await setImmediate();
  }
}

/** Where the log begins: behind an earlier organization's of the same name, for one that an older release has written. */
async function baseOf(db: Db, log: string): Promise<ChainPoint> {
  const head = await readHead(db, log);
  return { log, sequence: head?.base_sequence ?? 0, hash: head?.base_hash ?? BEFORE_THE_FIRST };
}

async function startOf(
  db: Db,
  seal: HeadSeal,
  log: string,
  { full, token = "", small = SMALL }: VerifyOptions,
): Promise<ChainPoint | undefined> {
  if (token === "") return full === true ? undefined : checkpointOf(db, seal, log, small);
  const point = walkPoint(seal, log, token);
  if (point !== undefined) return point;
  throw new KeyholdError({
    code: "invalid",
    field: "page_token",
    message: "page_token is not from a verification of this log",
    next: "send what the response before gave as next_page_token, with the same request",
  });
}

async function checkpointOf(
  db: Db,
  seal: HeadSeal,
  log: string,
  small: number,
): Promise<ChainPoint | undefined> {
  const head = await readHead(db, log);
  if (head === undefined || head.sequence - head.base_sequence <= small) return undefined;
  return readCheckpoint(db, seal, log);
}

function walkPage(walk: ChainWalk, rows: readonly AuditEvent[], first: number): Break | undefined {
  for (const row of rows) {
    const wrong = row.sequence === first ? checkFirst(row) : undefined;
    const part = { salt: row.salt, commitment: new Uint8Array() };
    const broken = wrong ?? walk.next(row, row.hash, part);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** A log that was wiped starts again with whatever happens next; a real one starts with what it is about. */
function checkFirst({ log, organization, resource, action, sequence }: AuditEvent): Break | undefined {
  const own = log === "" ? /^tokens\//.test(resource) : resource === organizationName(organization);
  const made = /\/(CreateOrganization|organization\.created|token\.created)$/;
  if (own && made.test(action)) return undefined;
  const problem = `row ${sequence} is not the log's beginning: everything before it was removed`;
  return { sequence, problem };
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

async function organizationExists(db: Db, log: string): Promise<boolean> {
  if (log === "") return true;
  const row = await db.selectFrom("organizations").select("id").where("uid", "=", log).executeTakeFirst();
  return row !== undefined;
}
