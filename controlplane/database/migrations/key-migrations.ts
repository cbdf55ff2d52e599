import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/** Seals of the rows that let a person or a node in. Rows of earlier releases get theirs when the keyring is open. */
export async function addCredentialSeals(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  for (const table of ["tokens", "join_tokens", "invitations"]) {
    await db.schema.alterTable(table).addColumn("seal", bytes).execute();
  }
}

/**
 * A data key for each version. Versions of earlier releases keep the key of their secret, which is bound to version 0: it opens
 * them until a rotation after a theft encrypts them again.
 */
export async function addVersionKeys(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable("secret_versions")
    .addColumn("key_id", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  await db.schema.alterTable("secret_versions").addColumn("wrapped_key", bytes).execute();
  await db.schema
    .alterTable("secret_versions")
    .addColumn("key_version", "bigint", (c) => c.notNull().defaultTo(0))
    .execute();
  for (const column of ["key_id", "wrapped_key"]) {
    await sql`UPDATE secret_versions SET ${sql.ref(column)} =
      (SELECT ${sql.ref(`secrets.${column}`)} FROM secrets WHERE secrets.uid = secret_versions.secret_uid)`.execute(
      db,
    );
    await db.schema.alterTable("secrets").dropColumn(column).execute();
  }
  await db.schema
    .createIndex("secret_versions_by_key")
    .on("secret_versions")
    .columns(["key_id", "secret_uid", "version"])
    .execute();
  await addToldFingerprints(db, bytes);
}

/** What nodes were told before the fingerprint key was renewed, and the fingerprints that a renewal is about to switch to. */
async function addToldFingerprints(db: Kysely<unknown>, bytes: ColumnTypes["bytes"]): Promise<void> {
  for (const table of ["secrets", "secret_versions"]) {
    await db.schema.alterTable(table).addColumn("told_fingerprint", bytes).execute();
  }
  await db.schema
    .createIndex("secret_versions_by_fingerprint")
    .on("secret_versions")
    .column("fingerprint")
    .execute();
  await db.schema
    .createTable("renewed_fingerprints")
    .addColumn("secret_uid", "text", (c) => c.notNull())
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("told_fingerprint", bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint("renewed_fingerprints_key", ["secret_uid", "version"])
    .addForeignKeyConstraint(
      "renewed_fingerprints_version",
      ["secret_uid", "version"],
      "secret_versions",
      ["secret_uid", "version"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
}

/** Seals of what a node and a person who signs in with a provider are recognized by. */
export async function addIdentitySeals(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  for (const table of ["nodes", "users"])
    await db.schema.alterTable(table).addColumn("seal", bytes).execute();
}
