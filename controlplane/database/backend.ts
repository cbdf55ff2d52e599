import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import type { Log } from "../../common/log.ts";
import { ChangeLog } from "./change-log.ts";
import type { ColumnTypes } from "./column-types.ts";
import type { Db, Schema } from "./schema.ts";
import { type Guard, UNGUARDED } from "./session.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

export type StoreLog = Pick<Log, "error" | "warn">;

/** A database as the store needs it, whichever it is. Whatever differs between them is behind it. */
export interface Backend {
  readonly db: Db;
  /** Names it in messages: a file, or an address without a password. */
  readonly place: string;
  readonly types: ColumnTypes;
  readonly guard: Guard;
  /** Whether other processes may write to it at the same time. */
  readonly shared: boolean;
  /** Runs what makes tables and keys while no other process does. `isNew`: nothing in it needs an older keyring. */
  prepare<T>(work: (db: Db, isNew: boolean) => Promise<T>): Promise<T>;
  /** Once it is prepared. */
  openChangeLog(): Promise<ChangeLog>;
  close(): Promise<void>;
}

export function sqliteBackend(file: string, log: StoreLog): Backend {
  // Asked before the first query, which makes the file.
  const isNew = !existsSync(file);
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file) });
  return {
    db,
    place: file,
    types: { bytes: "blob" },
    guard: UNGUARDED,
    shared: false,
    prepare: (work) => work(db, isNew),
    openChangeLog: async () => new ChangeLog(db, log),
    close: () => db.destroy(),
  };
}
