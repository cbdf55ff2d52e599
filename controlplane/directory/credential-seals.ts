import { KeyholdError } from "../../common/errors.ts";
import type { Db, InvitationRow, JoinTokenRow, NodeRow, TokenRow, UserRow } from "../database/schema.ts";
import type { DerivedKeys } from "../keys/fingerprint.ts";
import { RowSeal, type SealedFields } from "../keys/row-seal.ts";

// Rows that let a person or a node in, or say how one is recognized, are sealed: everything that decides who is let in, and to
// what. Left out is what changes later (uses, the last use, a revocation), and names that are only shown.

export function credentialSeal(keys: DerivedKeys): RowSeal {
  return new RowSeal(() => keys.derive("credentials"));
}

export function tokenFields(row: Omit<TokenRow, "seal">): SealedFields {
  const { id, organization, principal, scopes, hash, creator, parent } = row;
  const times = [row.create_time, row.expire_time];
  return ["token", id, organization, principal, scopes, hash, creator, parent, ...times];
}

export function joinTokenFields(row: Omit<JoinTokenRow, "seal">): SealedFields {
  const { id, organization, node_id, projects, hash, creator, made_with, max_uses, claim_any } = row;
  const times = [row.create_time, row.expire_time];
  const reach = [node_id, projects, claim_any];
  return ["join token", id, organization, ...reach, hash, creator, made_with, max_uses, ...times];
}

export function invitationFields(row: Omit<InvitationRow, "seal">): SealedFields {
  const { id, organization, user_id, resets, hash, creator, made_with } = row;
  const times = [row.create_time, row.expire_time];
  return ["invitation", id, organization, user_id, resets, hash, creator, made_with, ...times];
}

/** The key that a node proves to have. */
export function nodeFields(row: Omit<NodeRow, "seal">): SealedFields {
  return ["node", row.organization, row.id, row.uid, row.public_key];
}

/** The address that a person signs in with. */
export function userFields(row: Omit<UserRow, "seal">): SealedFields {
  return ["user", row.organization, row.id, row.uid, row.email_key];
}

/**
 * Seals what an earlier release wrote without seals. Only for a database that this release opens for the first time: afterwards
 * a row without a seal was not written by a server.
 * @returns how many rows it sealed
 */
export async function sealCredentials(db: Db, seal: RowSeal): Promise<number> {
  return eachCredential(db, (fields, present) => (present === null ? seal.of(fields) : undefined));
}

/** Seals with a new key whatever holds with the old one; the rest stays as it is, and keeps being refused. */
export async function resealCredentials(db: Db, before: RowSeal, after: RowSeal): Promise<number> {
  return eachCredential(db, (fields, present) =>
    before.holds(fields, present) ? after.of(fields) : undefined,
  );
}

/** @param next the row's new seal; undefined leaves it */
type NextSeal = (fields: SealedFields, present: Uint8Array | null) => Buffer | undefined;

async function eachCredential(db: Db, next: NextSeal): Promise<number> {
  const [tokens, joinTokens, invitations] = [
    await db.selectFrom("tokens").selectAll().execute(),
    await db.selectFrom("join_tokens").selectAll().execute(),
    await db.selectFrom("invitations").selectAll().execute(),
  ];
  const rows = [
    ...tokens.map((row) => ({ table: "tokens" as const, row, fields: tokenFields(row) })),
    ...joinTokens.map((row) => ({ table: "join_tokens" as const, row, fields: joinTokenFields(row) })),
    ...invitations.map((row) => ({ table: "invitations" as const, row, fields: invitationFields(row) })),
  ];
  let count = await eachIdentity(db, next);
  for (const { table, row, fields } of rows) {
    const seal = next(fields, row.seal);
    if (seal === undefined) continue;
    await db.updateTable(table).set({ seal }).where("id", "=", row.id).execute();
    count += 1;
  }
  return count;
}

async function eachIdentity(db: Db, next: NextSeal): Promise<number> {
  const [nodes, users] = [
    await db.selectFrom("nodes").selectAll().execute(),
    await db.selectFrom("users").selectAll().execute(),
  ];
  const rows = [
    ...nodes.map((row) => ({ table: "nodes" as const, row, fields: nodeFields(row) })),
    ...users.map((row) => ({ table: "users" as const, row, fields: userFields(row) })),
  ];
  let count = 0;
  for (const { table, row, fields } of rows) {
    const seal = next(fields, row.seal);
    if (seal === undefined) continue;
    await db.updateTable(table).set({ seal }).where("uid", "=", row.uid).execute();
    count += 1;
  }
  return count;
}

/** For a row that something else than a server with this database's keys has inserted or changed. */
export function notOurs(what: string): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: `the record of ${what} was not written by this server`,
    next: "find out who can write to the database; then delete or revoke it, and make it anew",
  });
}
