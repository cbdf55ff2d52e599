import type { Db } from "../database/schema.ts";
import type { ChainPoint, HeadSeal } from "./head.ts";

/** How far a log was verified, kept so that the next verification begins there. */
export async function readCheckpoint(db: Db, seal: HeadSeal, log: string): Promise<ChainPoint | undefined> {
  const row = await db.selectFrom("audit_checkpoints").selectAll().where("log", "=", log).executeTakeFirst();
  if (row === undefined || !seal.holdsPoint("checkpoint", row, row.seal)) return undefined;
  const stands = await db
    .selectFrom("audit_events")
    .select("hash")
    .where("log", "=", log)
    .where("sequence", "=", row.sequence)
    .executeTakeFirst();
  // The row it speaks of was changed or removed: a walk from the beginning says where.
  if (stands === undefined || !Buffer.from(stands.hash).equals(row.hash)) return undefined;
  return { log, sequence: row.sequence, hash: row.hash };
}

/** Never goes back: two verifications may end at once. */
export async function writeCheckpoint(db: Db, seal: HeadSeal, point: ChainPoint): Promise<void> {
  const row = { ...point, seal: seal.ofPoint("checkpoint", point) };
  const { sequence, hash } = row;
  await db
    .insertInto("audit_checkpoints")
    .values(row)
    .onConflict((conflict) => conflict.column("log").doUpdateSet({ sequence, hash, seal: row.seal }))
    .execute();
}

/** Where an unfinished walk goes on, for its caller to send back; only what this server has made is taken. */
export function walkToken(seal: HeadSeal, point: ChainPoint): string {
  const hash = Buffer.from(point.hash).toString("base64url");
  const proof = seal.ofPoint("walk", point).toString("base64url");
  return Buffer.from(JSON.stringify([point.sequence, hash, proof])).toString("base64url");
}

/** @returns undefined for anything that is no token for this log */
export function walkPoint(seal: HeadSeal, log: string, token: string): ChainPoint | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (!Array.isArray(parsed)) return undefined;
    const [sequence, hash, proof] = parsed as unknown[];
    if (typeof sequence !== "number" || typeof hash !== "string" || typeof proof !== "string")
      return undefined;
    const point = { log, sequence, hash: Buffer.from(hash, "base64url") };
    return seal.holdsPoint("walk", point, Buffer.from(proof, "base64url")) ? point : undefined;
  } catch {
    return undefined;
  }
}
