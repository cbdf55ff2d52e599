import type { Kysely } from "kysely";

/** Tokens form a tree; a user is let in with an invitation; a join token can work several times and be revoked. */
export async function addTokenTree(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("tokens").addColumn("parent", "text").execute();
  await db.schema.createIndex("tokens_by_parent").on("tokens").column("parent").execute();
  await addInvitations(db);
  await db.schema
    .alterTable("join_tokens")
    .addColumn("max_uses", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable("join_tokens")
    .addColumn("uses", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable("join_tokens").addColumn("revoke_time", "bigint").execute();
  await db.schema.alterTable("join_tokens").addColumn("made_with", "text").execute();
  const typed = db as Kysely<{ join_tokens: { uses: number; use_time: number | null } }>;
  await typed.updateTable("join_tokens").set({ uses: 1 }).where("use_time", "is not", null).execute();
}

async function addInvitations(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("users").addColumn("reset_time", "bigint").execute();
  await db.schema
    .createTable("invitations")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("resets", "integer", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("made_with", "text")
    .addColumn("expire_time", "bigint", (c) => c.notNull())
    .addColumn("use_time", "bigint")
    .addColumn("revoke_time", "bigint")
    .execute();
  await db.schema
    .createIndex("invitations_by_user")
    .on("invitations")
    .columns(["organization", "user_id"])
    .execute();
}
