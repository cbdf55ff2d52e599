import { randomBytes } from "node:crypto";
import { BEFORE_THE_FIRST, hashOfRow } from "../../common/audit-chain.ts";
import { type AuditFields, isPrivate } from "../../common/audit-row.ts";
import type { AuditHeadRow, Db } from "../database/schema.ts";
import { rowOf } from "./audit-rows.ts";
import type { AuditEntry } from "./event.ts";
import type { HeadSeal } from "./head.ts";
import { Identities, type Removed } from "./identities.ts";

/** What the seal of a head becomes once it did not hold: a log that was tampered with is never vouched for again. */
const NO_SEAL: Uint8Array = Buffer.alloc(0);
const SALT_BYTES = 32;

/** The transaction in which rows are written, and what it has removed. */
export interface Appending {
  readonly db: Db;
  readonly now: number;
  readonly removed?: Removed;
}

/**
 * Writes rows behind those that are there, in a transaction of the caller's. What concerns an organization that does not exist
 * goes into the server's log: nobody fills the database with logs of organizations that were only guessed.
 */
export async function append(
  { db, now, removed }: Appending,
  seal: HeadSeal,
  entries: readonly AuditEntry[],
): Promise<void> {
  const identities = new Identities(db, removed);
  for (const [organization, group] of Map.groupBy(entries, (entry) => entry.organization ?? "")) {
    const uid = organization === "" ? undefined : await identities.organization(organization);
    const home = uid === undefined ? { log: "", organization: "" } : { log: uid, organization };
    const { head, sealed } = await headOf(db, seal, home);
    let { sequence, hash } = head;
    for (const entry of group) {
      sequence += 1;
      const fields = await fieldsOf(entry, home, sequence, now, identities);
      const salt = isPrivate(fields) ? randomBytes(SALT_BYTES) : NO_SEAL;
      hash = hashOfRow(fields, hash, { salt, commitment: NO_SEAL });
      await db
        .insertInto("audit_events")
        .values(rowOf({ ...fields, hash, salt }))
        .execute();
    }
    const next = { ...head, sequence, hash };
    await writeHead(db, { ...next, seal: sealed ? seal.of(next) : NO_SEAL, seal_format: 2 });
  }
}

export async function readHead(db: Db, log: string): Promise<AuditHeadRow | undefined> {
  return db.selectFrom("audit_heads").selectAll().where("log", "=", log).executeTakeFirst();
}

type Head = Omit<AuditHeadRow, "seal" | "seal_format">;
type Home = Pick<AuditFields, "log" | "organization">;

/**
 * Where to go on. A head that was tampered with does not stop the work of a whole organization: the log goes on, unsealed, so
 * that each verification from then on says so.
 */
async function headOf(db: Db, seal: HeadSeal, home: Home): Promise<{ head: Head; sealed: boolean }> {
  const present = await readHead(db, home.log);
  const last = await db
    .selectFrom("audit_events")
    .select(["sequence", "hash"])
    .where("log", "=", home.log)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const begin: Head = {
    ...{ ...home, base_sequence: 0, base_hash: BEFORE_THE_FIRST },
    ...{ sequence: 0, hash: BEFORE_THE_FIRST },
  };
  if (present === undefined) return { head: { ...begin, ...last }, sealed: last === undefined };
  const { seal: _, seal_format: __, ...head } = present;
  // A row appended by hand stands where the next one has to go.
  if (last !== undefined && last.sequence > head.sequence)
    return { head: { ...head, ...last }, sealed: false };
  return { head, sealed: seal.holds(present) };
}

async function writeHead(db: Db, head: AuditHeadRow): Promise<void> {
  const { sequence, hash, seal, seal_format } = head;
  await db
    .insertInto("audit_heads")
    .values(head)
    .onConflict((conflict) => conflict.column("log").doUpdateSet({ sequence, hash, seal, seal_format }))
    .execute();
}

async function fieldsOf(
  entry: AuditEntry,
  home: Home,
  sequence: number,
  now: number,
  identities: Identities,
): Promise<AuditFields> {
  const { principal, token = "", address, requestId, action, resource, version, result } = entry;
  const { count = 1, comment, details = [] } = entry;
  const identity = await identities.of(resource, entry.about);
  return {
    ...{ format: 2, ...home, sequence, time: now, principal, token, address, requestId },
    ...{ action, resource, ...identity, version, result, count, comment, details },
  };
}
