import { SEPARATED } from "../database/migrations/audit-migration.ts";
import type { AuditHeadRow, Db } from "../database/schema.ts";
import type { HeadSeal } from "./head.ts";

/**
 * Seals the logs that the migration has taken out of a log of the same name: the earlier release vouched for the whole log with the
 * seal of its last row. Call this only at the first start after the upgrade, as the keyring tells it: a later call could not tell
 * these logs from rows that somebody has put into the database.
 */
export async function sealSeparated(db: Db, seal: HeadSeal): Promise<void> {
  const heads = await db.selectFrom("audit_heads").selectAll().execute();
  const ends = heads.filter((head) => head.seal_format === 1);
  for (const head of heads) {
    const isVouchedFor = ends.some((end) => continues(end, head, heads) && seal.holds(end));
    if (head.seal_format === SEPARATED && isVouchedFor) await write(db, seal, head);
  }
  for (const end of ends) if (seal.holds(end)) await write(db, seal, end);
}

/** Whether the last log of the name goes on, directly or through others, where this one ends. */
function continues(end: AuditHeadRow, head: AuditHeadRow, all: readonly AuditHeadRow[]): boolean {
  if (end.organization !== head.organization) return false;
  if (follows(end, head)) return true;
  const between = all.find((each) => each.organization === head.organization && follows(each, head));
  return between !== undefined && continues(end, between, all);
}

function follows(later: AuditHeadRow, earlier: AuditHeadRow): boolean {
  const isNext = later.base_sequence === earlier.sequence && later.log !== earlier.log;
  return isNext && Buffer.from(later.base_hash).equals(earlier.hash);
}

async function write(db: Db, seal: HeadSeal, head: AuditHeadRow): Promise<void> {
  const sealed = { ...head, seal_format: 2 };
  await db
    .updateTable("audit_heads")
    .set({ seal: seal.of(sealed), seal_format: 2 })
    .where("log", "=", head.log)
    .execute();
}
