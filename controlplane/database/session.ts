import { AsyncLocalStorage } from "node:async_hooks";
import type { Change, ChangeKind } from "./change.ts";
import type { ChangeLog } from "./change-log.ts";
import type { Db } from "./schema.ts";

/** What outlives a resource that is removed. */
interface RemovedResource {
  readonly resourceUid: string;
  /** Of a workspace: its owner's uid. */
  readonly ownerUid?: string;
}

/** A transaction that writes. Its revision is known from the start and taken only if something is recorded. */
export interface Writing {
  readonly db: Db;
  readonly now: number;
  readonly revision: number;
  /** Names of secrets that are to get their version before back if the rollout of this one halts. */
  readonly revertible: Set<string>;
  /**
   * Resources that the transaction removes, by name, with what the audit log has to know of them: whatever deletes a row with a
   * uid adds it.
   */
  readonly removed: Map<string, RemovedResource>;
  /** Records that a resource changed. Whatever writes a row that others can see calls it. */
  changed(
    kind: ChangeKind,
    action: Change["action"],
    organization: string | undefined,
    resource: string,
  ): void;
}

/** Where a store reads and writes: in a transaction of its own for each call, or in one that somebody else ends. */
export interface Session {
  read<T>(fn: (db: Db) => Promise<T>): Promise<T>;
  write<T>(fn: (tx: Writing) => Promise<T>): Promise<T>;
}

/** Writes what belongs to a transaction's changes into it. If it throws, nothing of the transaction stays. */
export type BeforeCommit = (tx: Writing, changes: readonly Change[]) => Promise<void>;

/** Runs everything that uses the database: what it throws is explained, and a write that was undone for another is begun again. */
export interface Guard {
  use<T>(work: () => Promise<T>): Promise<T>;
  write<T>(work: () => Promise<T>): Promise<T>;
}

/** Explains nothing and repeats nothing. */
const UNGUARDED: Guard = { use: (work) => work(), write: (work) => work() };

/** Opens a transaction for each write, records its changes and tells the change log after the commit. */
export class RootSession implements Session {
  readonly #db: Db;
  readonly #log: ChangeLog;
  readonly #now: () => number;
  readonly #beforeCommit: BeforeCommit;
  readonly #guard: Guard;
  readonly #open = new AsyncLocalStorage<{ ended: boolean }>();

  constructor(
    db: Db,
    log: ChangeLog,
    now: () => number,
    beforeCommit: BeforeCommit = async () => undefined,
    guard: Guard = UNGUARDED,
  ) {
    this.#db = db;
    this.#log = log;
    this.#now = now;
    this.#beforeCommit = beforeCommit;
    this.#guard = guard;
  }

  async read<T>(fn: (db: Db) => Promise<T>): Promise<T> {
    this.#refuseInside();
    return this.#guard.use(() => fn(this.#db));
  }

  async write<T>(fn: (tx: Writing) => Promise<T>): Promise<T> {
    this.#refuseInside();
    const { result, changes } = await this.#guard.write(() => this.#commit(fn));
    await this.#log.committed(changes);
    return result;
  }

  async snapshot<T>(fn: (db: Db, revision: number) => Promise<T>): Promise<T> {
    this.#refuseInside();
    // SQLite reads every transaction as of one moment; PostgreSQL has to be told.
    const transaction = this.#db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only");
    return this.#guard.use(() =>
      transaction.execute(async (db) => this.#inside(async () => fn(db, await this.#log.revision(db)))),
    );
  }

  #commit<T>(fn: (tx: Writing) => Promise<T>): Promise<{ result: T; changes: readonly Change[] }> {
    // What is read after the counter was locked has to be as of then, not as of the transaction's begin.
    const transaction = this.#db.transaction().setIsolationLevel("read committed");
    return transaction.execute(async (db) => {
      const revision = (await this.#log.revisionToWrite(db)) + 1;
      const changes: Change[] = [];
      const tx = this.#writing(db, revision, changes);
      const result = await this.#inside(() => fn(tx));
      await this.#beforeCommit(tx, changes);
      await this.#log.append(db, changes);
      return { result, changes };
    });
  }

  #writing(db: Db, revision: number, changes: Change[]): Writing {
    return {
      db,
      revision,
      revertible: new Set(),
      removed: new Map(),
      now: this.#now(),
      changed: (kind, action, organization, resource) => {
        changes.push({ revision, organization, resource, kind, action });
      },
    };
  }

  async #inside<T>(fn: () => Promise<T>): Promise<T> {
    const mark = { ended: false };
    try {
      return await this.#open.run(mark, fn);
    } finally {
      mark.ended = true;
    }
  }

  /** SQLite has one connection: whoever holds it and waits for it again waits for ever. */
  #refuseInside(): void {
    if (this.#open.getStore()?.ended !== false) return;
    throw new Error("inside a transaction only the stores that were handed to it can be used");
  }
}

/** Inside a transaction: reads see what was written, writes end with it. */
export function sessionWithin(tx: Writing): Session {
  return { read: async (fn) => fn(tx.db), write: async (fn) => fn(tx) };
}

/** Inside a snapshot. */
export function readOnlySession(db: Db): Session {
  return {
    read: async (fn) => fn(db),
    write: async () => {
      throw new Error("a snapshot cannot be written to");
    },
  };
}
