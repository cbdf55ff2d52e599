import { type Dialect, PostgresDialect } from "kysely";
import { type ClientConfig, Pool, types } from "pg";
import type { Log } from "../../../common/log.ts";

/** Writers wait for each other, so more connections only help readers. */
const CONNECTIONS = 10;
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds of silence after which the kernel asks whether the other side is still there: else it would after two hours. */
const KEEP_ALIVE_DELAY = 10_000;
/** Milliseconds to wait for another writer. */
const LOCK_TIMEOUT = 30_000;
/** Milliseconds after which the database ends a transaction of a server that went silent: it holds the writers' lock. */
const SILENCE_TIMEOUT = 30_000;

/** int8 (counts, revisions, times) and numeric (sums of int8): all of ours are far below 2^53. */
const NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

/** How each connection is made. The URL may hold a password: it is never logged and never part of a message. */
export function connectionSettings(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: "keyhold",
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: SILENCE_TIMEOUT,
    types: {
      getTypeParser: ((id: number, format?: "text" | "binary") =>
        NUMBERS.has(id) ? Number : types.getTypeParser(id, format as "text")) as typeof types.getTypeParser,
    },
  };
}

export function postgresDialect(url: string, log: Pick<Log, "warn">): Dialect {
  const pool = new Pool({ ...connectionSettings(url), max: CONNECTIONS });
  // A connection that nobody uses was ended by the other side: the pool makes another when it needs one.
  pool.on("error", (err) => log.warn({ err }, "An idle connection to the database was lost"));
  // One that is in use can be lost between two queries, when nobody else listens; without a listener Node would end the process.
  // Whoever uses it is told by the next query.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return new PostgresDialect({ pool });
}

/** Names a database in messages: host, port and name, without user and password. */
export function placeOfUrl(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url);
    const host = hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname;
    return `postgres://${host}${port === "" ? "" : `:${port}`}${pathname}`;
  } catch {
    return "PostgreSQL";
  }
}
