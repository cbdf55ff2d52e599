import { BEFORE_THE_FIRST, hashOfRow } from "../../common/audit-chain.ts";
import type { AuditEventRow, AuditHeadRow, Db } from "../database/schema.ts";
import type { AuditEntry } from "./event.ts";
import type { HeadSeal } from "./head.ts";

/** What the seal of a head becomes once it did not hold: a log that was tampered with is never vouched for again. */
const NO_SEAL: Uint8Array = Buffer.alloc(0);

/** Writes rows behind those that are there, in a transaction of the caller's. */
export async function append(
  db: Db,
  seal: HeadSeal,
  now: number,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (const [organization, group] of Map.groupBy(entries, (entry) => entry.organization ?? "")) {
    const { head, sealed } = await headOf(db, seal, organization);
    let { sequence, hash } = head;
    for (const entry of group) {
      sequence += 1;
      const row = rowOf(entry, organization, sequence, now);
      hash = hashOfRow({ ...row, requestId: row.request_id }, hash);
      await db
        .insertInto("audit_events")
        .values({ ...row, hash })
        .execute();
    }
    const next = { organization, sequence, hash };
    await writeHead(db, { ...next, seal: sealed ? seal.of(next) : NO_SEAL });
  }
}

export async function readHead(db: Db, organization: string): Promise<AuditHeadRow | undefined> {
  return db.selectFrom("audit_heads").selectAll().where("organization", "=", organization).executeTakeFirst();
}

/**
 * Where to go on. A head that was tampered with does not stop the work of a whole organization: the log goes on, unsealed, so
 * that each verification from then on says so.
 */
async function headOf(
  db: Db,
  seal: HeadSeal,
  organization: string,
): Promise<{ head: Pick<AuditHeadRow, "sequence" | "hash">; sealed: boolean }> {
  const head = await readHead(db, organization);
  const last = await db
    .selectFrom("audit_events")
    .select(["sequence", "hash"])
    .where("organization", "=", organization)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  if (head === undefined) {
    return { head: last ?? { sequence: 0, hash: BEFORE_THE_FIRST }, sealed: last === undefined };
  }
  // A row appended by hand stands where the next one has to go.
  if (last !== undefined && last.sequence > head.sequence) return { head: last, sealed: false };
  return { head, sealed: seal.holds(head) };
}

async function writeHead(db: Db, head: AuditHeadRow): Promise<void> {
  const { sequence, hash, seal } = head;
  await db
    .insertInto("audit_heads")
    .values(head)
    .onConflict((conflict) => conflict.column("organization").doUpdateSet({ sequence, hash, seal }))
    .execute();
}

function rowOf(
  entry: AuditEntry,
  organization: string,
  sequence: number,
  now: number,
): Omit<AuditEventRow, "hash"> {
  return {
    organization,
    sequence,
    time: now,
    principal: entry.principal,
    address: entry.address,
    request_id: entry.requestId,
    action: entry.action,
    resource: entry.resource,
    version: entry.version,
    result: entry.result,
    comment: entry.comment,
  };
}
