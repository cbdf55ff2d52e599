import { Kysely, sql } from "kysely";
import type { Backend, StoreLog } from "../backend.ts";
import { ChangeLog } from "../change-log.ts";
import { isMissingOrEmpty } from "../first-start.ts";
import type { Db, Schema } from "../schema.ts";
import type { Guard } from "../session.ts";
import { IntegrityWatch, readEveryTable } from "./sqlite-check.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { onSqlite } from "./sqlite-errors.ts";

/** The embedded database of a data directory. One process uses it at a time. */
export function sqliteBackend(file: string, log: StoreLog): Backend {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file) });
  const guard: Guard = { use: (work) => onSqlite(file, work), write: (work) => onSqlite(file, work) };
  const integrity = new IntegrityWatch(file, log);
  return {
    db,
    place: file,
    types: { bytes: "blob" },
    guard,
    shared: false,
    prepare: (work) =>
      guard.use(async () => {
        // Asked before the first query, because a query creates the file.
        const isNew = isMissingOrEmpty(file) || (await hasNoKeys(db));
        if (!isNew) await readEveryTable(db);
        return work(db, isNew);
      }),
    openChangeLog: async () => {
      integrity.start();
      return new ChangeLog(db, log);
    },
    check: () => {
      integrity.requireSound();
      return guard.use(() => readEveryTable(db));
    },
    close: async () => {
      await integrity.stop();
      await db.destroy();
    },
  };
}

/** A first start that was killed may have created tables; only with a wrapped key does the database belong to a keyring. */
async function hasNoKeys(db: Db): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_schema where name = 'wrapped_keys'`.execute(db);
  if (rows.length === 0) return true;
  return (await db.selectFrom("wrapped_keys").select("name").executeTakeFirst()) === undefined;
}
