import type { TokenRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";
import { revokeMadeWith } from "./grants.ts";

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
 * @param options.keepsInvitations leaves invitations and join tokens that were made with them
 * @returns every token that was revoked, roots included
 */
export async function revokeTrees(
  tx: Writing,
  roots: readonly TokenRow[],
  options: { readonly keepsInvitations?: boolean } = {},
): Promise<readonly TokenRow[]> {
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
  if (options.keepsInvitations !== true)
    await inBatches(all.map(tokenName), (names) => revokeMadeWith(tx, names));
  return all.map((row) => ({ ...row, revoke_time: tx.now }));
}

async function childrenOf(tx: Writing, parents: readonly string[]): Promise<TokenRow[]> {
  const children: TokenRow[] = [];
  await inBatches(parents, async (names) => {
    const rows = await tx.db
      .selectFrom("tokens")
      .selectAll()
      .where("parent", "in", names)
      .where("revoke_time", "is", null)
      .execute();
    children.push(...rows);
  });
  return children;
}

async function inBatches(
  names: readonly string[],
  work: (batch: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < names.length; at += BATCH) await work(names.slice(at, at + BATCH));
}
