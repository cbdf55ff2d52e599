import type { Kysely } from "kysely";
import { KeyholdError } from "../../../common/errors.ts";
import type { Db, Schema } from "../schema.ts";
import type { ColumnTypes } from "./column-types.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";

/**
 * Brings the tables to what this program knows: each migration in a transaction of its own, so that a failed one leaves the
 * database as it was. Returns how many were applied.
 * @param place names the database in errors: its file or address
 * @throws KeyholdError `precondition` if the database was written by a newer program
 */
export async function migrate(
  db: Db,
  options: { types: ColumnTypes; place: string; now: number; migrations?: readonly Migration[] },
): Promise<number> {
  const migrations = options.migrations ?? MIGRATIONS;
  const present = await schemaVersion(db);
  if (present > migrations.length) throw tooNew(options.place, present, migrations.length);
  for (const [index, migration] of migrations.entries()) {
    const version = index + 1;
    if (version <= present) continue;
    await db.transaction().execute(async (tx) => {
      await migration.up(tx as unknown as Kysely<unknown>, options.types);
      await tx
        .insertInto("schema_migrations")
        .values({ version, name: migration.name, time: options.now })
        .execute();
    });
  }
  return migrations.length - present;
}

async function schemaVersion(db: Kysely<Schema>): Promise<number> {
  await db.schema
    .createTable("schema_migrations")
    .ifNotExists()
    .addColumn("version", "integer", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("time", "bigint", (c) => c.notNull())
    .execute();
  const newest = await db
    .selectFrom("schema_migrations")
    .select((e) => e.fn.max("version").as("version"))
    .executeTakeFirst();
  return newest?.version ?? 0;
}

function tooNew(place: string, present: number, known: number): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the database ${place} has schema ${present}, and this program knows only ${known}`,
    next: "start the newer Keyhold that wrote it, or restore a backup made before the upgrade",
  });
}
