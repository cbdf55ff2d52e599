import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";

/** How long to wait for a lock that another connection (a backup, `sqlite3`) holds, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** Everything that is of SQLite and of nothing else is in this file. */
export function sqliteDialect(file: string): Dialect {
  return new SqliteDialect({ database: async () => new NodeSqlite(openSqlite(file)) });
}

/** WAL and FULL: a commit that was reported is on the disk. secure_delete: what is purged is overwritten, not only unlinked. */
function openSqlite(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  return database;
}

/** What Kysely's SqliteDialect expects (better-sqlite3's shape), on node:sqlite, with prepared statements kept. */
class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const plain = adapt(this.#database.prepare(sql));
    const statement = sql === "rollback" ? rollback(this.#database, plain) : plain;
    // A statement with a list of unusual length is not worth keeping for ever; starting again is cheap.
    if (this.#statements.size >= 500) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/**
 * SQLite ends a transaction by itself after some errors (a full disk, an I/O error). Kysely then asks for a rollback, which would fail
 * with "no transaction is active" and hide the first error.
 */
function rollback(database: DatabaseSync, statement: SqliteStatement): SqliteStatement {
  const nothing = { changes: 0, lastInsertRowid: 0 };
  return {
    ...statement,
    run: (parameters) => (database.isTransaction ? statement.run(parameters) : nothing),
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
