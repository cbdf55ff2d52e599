import type { Log } from "../../common/log.ts";
import type { ChangeLog } from "./change-log.ts";
import type { ColumnTypes } from "./migrations/column-types.ts";
import type { Db } from "./schema.ts";
import type { Guard } from "./session.ts";

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
  /** Opens the change log, once the database is prepared. */
  openChangeLog(): Promise<ChangeLog>;
  /** Reads a little of everything. @throws KeyholdError if the database cannot be read or is damaged */
  check(): Promise<void>;
  close(): Promise<void>;
}
