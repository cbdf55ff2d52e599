import { Kysely } from "kysely";
import { openDataDirectory } from "../database/data-directory.ts";
import { migrate } from "../database/migrations/migrate.ts";
import { MIGRATIONS } from "../database/migrations/migrations.ts";
import { requireDatabase } from "../database/require-database.ts";
import type { Schema } from "../database/schema.ts";
import { sqliteDialect } from "../database/sqlite/sqlite-dialect.ts";

export interface MigrateResult {
  readonly database: string;
  readonly from: number;
  readonly to: number;
  /** Names of what was applied, in order. */
  readonly applied: readonly string[];
}

/**
 * Brings the tables of a data directory to what this program knows, as `server start` does by itself.
 * @throws KeyholdError `not-found` if there is no database, `precondition` if a server has it or it is of a newer program
 */
export async function migrateDirectory(path: string, now: number): Promise<MigrateResult> {
  requireDatabase(path);
  const directory = openDataDirectory(path);
  const place = directory.databaseFile;
  const db = new Kysely<Schema>({ dialect: sqliteDialect(place) });
  try {
    const count = await migrate(db, { types: { bytes: "blob" }, place, now });
    const to = MIGRATIONS.length;
    const applied = MIGRATIONS.slice(to - count).map(({ name }) => name);
    return { database: place, from: to - count, to, applied };
  } finally {
    await db.destroy();
    directory.unlock();
  }
}
