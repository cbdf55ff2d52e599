import type { Db } from "../database/schema.ts";
import type { DerivedKeys } from "../keys/fingerprint.ts";
import { headSeal } from "./head.ts";

/**
 * Seals with a new key every log whose end holds with the present one. A log that was tampered with stays unsealed. What was
 * verified so far counts no more: whoever has the old key could have said so.
 */
export async function resealHeads(db: Db, present: DerivedKeys, next: DerivedKeys): Promise<void> {
  const [before, after] = [headSeal(present), headSeal(next)];
  for (const head of await db.selectFrom("audit_heads").selectAll().execute()) {
    if (!before.holds(head)) continue;
    const next = { ...head, seal_format: 2 };
    await db
      .updateTable("audit_heads")
      .set({ seal: after.of(next), seal_format: 2 })
      .where("log", "=", head.log)
      .execute();
  }
  await db.deleteFrom("audit_checkpoints").execute();
}
