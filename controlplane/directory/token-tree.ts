import type { TokenRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";

/** Names in one query: below the limit on parameters of every database. */
const BATCH = 500;

/** `organizations/acme/tokens/ID`, or `tokens/ID` for the server's owner. */
export function tokenName({ organization, id }: Pick<TokenRow, "organization" | "id">): string {
  return organization === null ? `tokens/${id}` : `organizations/${organization}/tokens/${id}`;
}

/**
 * Revokes tokens together with every token that was made with them, directly or not. Only tokens that work are followed: what
 * was made with a revoked token is revoked already, because no token is made with one that does not work.
 * @param roots tokens that are not revoked
 * @returns everything that was revoked, roots included
 */
export async function revokeTrees(tx: Writing, roots: readonly TokenRow[]): Promise<readonly TokenRow[]> {
  const found = new Map(roots.map((row) => [row.id, row]));
  let level = roots;
  while (level.length > 0) {
    const children = await childrenOf(tx, level.map(tokenName));
    level = children.filter(({ id }) => !found.has(id));
    for (const row of level) found.set(row.id, row);
  }
  const all = [...found.values()];
  for (const row of all) {
    await tx.db.updateTable("tokens").set({ revoke_time: tx.now }).where("id", "=", row.id).execute();
    tx.changed("token", "updated", row.organization ?? undefined, tokenName(row));
  }
  return all.map((row) => ({ ...row, revoke_time: tx.now }));
}

async function childrenOf(tx: Writing, parents: readonly string[]): Promise<TokenRow[]> {
  const children: TokenRow[] = [];
  for (let at = 0; at < parents.length; at += BATCH) {
    const rows = await tx.db
      .selectFrom("tokens")
      .selectAll()
      .where("parent", "in", parents.slice(at, at + BATCH))
      .where("revoke_time", "is", null)
      .execute();
    children.push(...rows);
  }
  return children;
}
