import type { Writing } from "../database/session.ts";

// What lets somebody else in later: invitations and join tokens. They end with the right of the principal who made them, and
// with the token that it used.

const TABLES = ["invitations", "join_tokens"] as const;
type Table = (typeof TABLES)[number];
const COLLECTION = { invitations: "invitations", join_tokens: "joinTokens" } as const;
const KIND = { invitations: "invitation", join_tokens: "join-token" } as const;

/** Revokes what was made with these tokens (resource names) and can still be used. */
export async function revokeMadeWith(tx: Writing, tokens: readonly string[]): Promise<void> {
  for (const table of TABLES) {
    const rows = await tx.db
      .selectFrom(table)
      .select(["id", "organization"])
      .where("made_with", "in", tokens)
      .where("revoke_time", "is", null)
      .where("use_time", "is", null)
      .execute();
    await revokeGrants(tx, table, rows);
  }
}

/** Revokes what the principal has made and can still be used: it is deleted, or lost its right. */
export async function revokeMadeBy(tx: Writing, organization: string, principal: string): Promise<void> {
  for (const table of TABLES) {
    const rows = await tx.db
      .selectFrom(table)
      .select(["id", "organization"])
      .where("organization", "=", organization)
      .where("creator", "=", principal)
      .where("revoke_time", "is", null)
      .where("use_time", "is", null)
      .execute();
    await revokeGrants(tx, table, rows);
  }
}

/** @param rows that are not revoked */
export async function revokeGrants(
  tx: Writing,
  table: Table,
  rows: readonly { readonly id: string; readonly organization: string }[],
): Promise<void> {
  for (const { id, organization } of rows) {
    await tx.db.updateTable(table).set({ revoke_time: tx.now }).where("id", "=", id).execute();
    const name = `organizations/${organization}/${COLLECTION[table]}/${id}`;
    tx.changed(KIND[table], "deleted", organization, name);
  }
}

/** Revokes what lets somebody in as this user: it is deleted, or a newer invitation takes their place. */
export async function revokeInvitationsOf(tx: Writing, organization: string, user: string): Promise<void> {
  const rows = await tx.db
    .selectFrom("invitations")
    .select(["id", "organization"])
    .where("organization", "=", organization)
    .where("user_id", "=", user)
    .where("use_time", "is", null)
    .where("revoke_time", "is", null)
    .execute();
  await revokeGrants(tx, "invitations", rows);
}

/** Revokes join tokens for a project that is deleted: a later project of the same name is another one. */
export async function revokeJoinTokensOf(tx: Writing, organization: string, project: string): Promise<void> {
  const rows = await tx.db
    .selectFrom("join_tokens")
    .select(["id", "organization", "projects"])
    .where("organization", "=", organization)
    .where("use_time", "is", null)
    .where("revoke_time", "is", null)
    .execute();
  const affected = rows.filter(({ projects }) => (JSON.parse(projects) as string[]).includes(project));
  await revokeGrants(tx, "join_tokens", affected);
}
