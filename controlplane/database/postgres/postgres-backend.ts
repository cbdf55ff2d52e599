import { Kysely, sql } from "kysely";
import { KeyholdError } from "../../../common/errors.ts";
import type { Backend, StoreLog } from "../backend.ts";
import type { Db, Schema } from "../schema.ts";
import { type Listening, listenForCommits } from "./notify.ts";
import { placeOfUrl, postgresDialect } from "./postgres-dialect.ts";
import { onPostgres, retryUndone } from "./postgres-errors.ts";
import { SharedChangeLog } from "./shared-change-log.ts";

/** Names the advisory lock under which servers prepare a database, one after the other. Any number, never another. */
const PREPARING = 7_443_001;

/**
 * A PostgreSQL database that several servers may use at once.
 * @param url `postgres://…`, as libpq has it
 */
export function postgresBackend(url: string, log: StoreLog): Backend {
  const place = placeOfUrl(url);
  const db = new Kysely<Schema>({ dialect: postgresDialect(url, log) });
  const guard: Backend["guard"] = {
    use: (work) => onPostgres(place, work),
    write: (work) => onPostgres(place, () => retryUndone(work)),
  };
  let listening: Listening | undefined;
  return {
    db,
    place,
    types: { bytes: "bytea" },
    guard,
    shared: true,
    prepare: (work) => guard.use(() => prepare(db, place, work)),
    openChangeLog: () =>
      guard.use(async () => {
        const changes = new SharedChangeLog(db, log, await revisionOf(db));
        listening = await listenForCommits({ url, log, heard: () => changes.catchUp() });
        return changes;
      }),
    check: () => guard.use(async () => void (await revisionOf(db))),
    close: async () => {
      await listening?.close();
      await db.destroy();
    },
  };
}

/** On one connection: the lock belongs to it, and goes with it if this process dies. */
async function prepare<T>(db: Db, place: string, work: (db: Db, isNew: boolean) => Promise<T>): Promise<T> {
  return db.connection().execute(async (own) => {
    await requireUtf8(own, place);
    await sql`select pg_advisory_lock(${PREPARING})`.execute(own);
    try {
      return await work(own, await isNew(own));
    } finally {
      await sql`select pg_advisory_unlock(${PREPARING})`.execute(own);
    }
  });
}

async function requireUtf8(db: Db, place: string): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const encoding = rows[0]?.server_encoding ?? "unknown";
  if (encoding === "UTF8") return;
  throw new KeyholdError({
    code: "precondition",
    message: `the database ${place} has the encoding ${encoding}, and Keyhold needs UTF8`,
    next: "make one with: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 keyhold",
  });
}

/** A start that was killed may have made tables; once there is a wrapped key, a keyring belongs to the database. */
async function isNew(db: Db): Promise<boolean> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass('wrapped_keys') is not null as present`.execute(db);
  if (rows[0]?.present !== true) return true;
  return (await db.selectFrom("wrapped_keys").select("name").executeTakeFirst()) === undefined;
}

async function revisionOf(db: Db): Promise<number> {
  const row = await db
    .selectFrom("counters")
    .select("value")
    .where("name", "=", "revision")
    .executeTakeFirstOrThrow();
  return row.value;
}
