import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { sql } from "kysely";
import type { StoreLog } from "../backend.ts";
import type { Db } from "../schema.ts";
import { damaged } from "./sqlite-errors.ts";

/**
 * Reads one row of every table and of every index, so that a damaged root page is found. It takes less than a millisecond for each
 * table, however many rows there are.
 * @throws the error that SQLite reports for a damaged page
 */
export async function readEveryTable(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`.execute(db);
  for (const { name } of rows) await sql`select * from ${sql.table(name)} limit 1`.execute(db);
}

/** The worker opens a connection of its own, because `PRAGMA quick_check` reads the whole file and would block the event loop. */
const CHECK = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(workerData, { readOnly: true });
  try {
    parentPort.postMessage(database.prepare("PRAGMA quick_check(1)").get());
  } catch (thrown) {
    parentPort.postMessage({ quick_check: thrown.message });
  } finally {
    database.close();
  }`;

/** A check of the whole database file that runs beside the server. */
export interface IntegrityCheck {
  /** Resolves with the first fault as SQLite words it, or undefined if the file is sound or the check was stopped. */
  readonly fault: Promise<string | undefined>;
  /** Stops the check. Stopping twice is harmless. */
  stop(): Promise<void>;
}

/** Starts `PRAGMA quick_check` on the file in a worker thread. */
function startIntegrityCheck(file: string): IntegrityCheck {
  const worker = new Worker(CHECK, { eval: true, workerData: file });
  worker.unref();
  const answer = once(worker, "message").then(([row]: { quick_check?: string }[]) => row?.quick_check);
  const stopped = once(worker, "exit").then(() => "ok");
  const fault = Promise.race([answer, stopped]).then(
    (text) => (text === undefined || text === "ok" ? undefined : text),
    (thrown: unknown) => `the check could not run: ${String(thrown)}`,
  );
  return {
    fault,
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Checks the whole database file once after the start, beside the server, and remembers a fault. */
export class IntegrityWatch {
  readonly #file: string;
  readonly #log: StoreLog;
  #check: IntegrityCheck | undefined;
  #fault: string | undefined;

  constructor(file: string, log: StoreLog) {
    this.#file = file;
    this.#log = log;
  }

  /** Starts the check. A fault is logged when it is found. */
  start(): void {
    this.#check = startIntegrityCheck(this.#file);
    void this.#check.fault.then((fault) => this.#found(fault));
  }

  /** @throws KeyholdError `failed` if the check has found a fault */
  requireSound(): void {
    if (this.#fault !== undefined) throw damaged(this.#file, this.#fault);
  }

  async stop(): Promise<void> {
    await this.#check?.stop();
  }

  #found(fault: string | undefined): void {
    if (fault === undefined) return;
    this.#fault = fault;
    const error = damaged(this.#file, fault);
    this.#log.error({ reason: error.describe() }, "The database is damaged");
  }
}
