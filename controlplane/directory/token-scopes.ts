import type { Writing } from "../database/session.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { tokenFields } from "./credential-seals.ts";
import { revokeTrees, tokenName } from "./token-tree.ts";

/**
 * Takes a project or workspace that is deleted out of the scopes of tokens: a later one of the same name is another. A token that
 * reached nothing else is revoked, as a token without scopes would reach everything.
 * @param name resource name
 */
export async function forgetInTokens(
  tx: Writing,
  seal: RowSeal,
  organization: string,
  name: string,
): Promise<void> {
  const rows = await tx.db
    .selectFrom("tokens")
    .selectAll()
    .where((e) => e.or([e("organization", "=", organization), e("organization", "is", null)]))
    .where("revoke_time", "is", null)
    .where("scopes", "!=", "[]")
    .execute();
  const dead: typeof rows = [];
  for (const row of rows) {
    const scopes = JSON.parse(row.scopes) as string[];
    if (!scopes.includes(name)) continue;
    const rest = scopes.filter((scope) => scope !== name);
    // One that was forged is refused already, and must not get a seal.
    if (rest.length === 0 || !seal.holds(tokenFields(row), row.seal)) {
      dead.push(row);
      continue;
    }
    const limited = { ...row, scopes: JSON.stringify(rest) };
    await tx.db
      .updateTable("tokens")
      .set({ scopes: limited.scopes, seal: seal.of(tokenFields(limited)) })
      .where("id", "=", row.id)
      .execute();
    tx.changed("token", "updated", row.organization ?? undefined, tokenName(row));
  }
  await revokeTrees(tx, dead);
}
