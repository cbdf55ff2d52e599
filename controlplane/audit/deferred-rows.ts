import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { AuditLog } from "./audit-log.ts";
import type { AuditEntry } from "./event.ts";

/** How long rows wait before they are tried again. */
const RETRY_MS = 5_000;
/** About 5 MiB of rows at most. */
const MAX_ROWS = 10_000;

export interface DeferredRowsOptions {
  readonly audit: Pick<AuditLog, "record">;
  readonly log: Pick<Log, "warn" | "info">;
  readonly retryMs?: number;
}

/**
 * Audit rows about deliveries to nodes. While the server's disk is full they wait in memory, so that nodes go on getting their values and
 * containers start; they are written as soon as there is space. Every other failure is the caller's: what cannot be audited for another
 * reason is not delivered. Rows that wait are lost if the server is killed, and rows beyond 10,000 are counted only.
 */
export class DeferredRows {
  readonly #options: DeferredRowsOptions;
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DeferredRowsOptions) {
    this.#options = options;
  }

  /** Writes the rows, or keeps them while the disk is full. */
  async record(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await this.#options.audit.record(entries);
    } catch (thrown) {
      if (!isDiskFull(thrown)) throw thrown;
      this.#keep(entries);
    }
  }

  /** Tries a last time to write what waits. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flush();
    clearTimeout(this.#timer);
  }

  #keep(entries: readonly AuditEntry[]): void {
    if (this.#waiting.length === 0) {
      this.#options.log.warn({}, "Audit rows wait in memory because the server's disk is full");
    }
    const room = Math.max(0, MAX_ROWS - this.#waiting.length);
    this.#waiting.push(...entries.slice(0, room));
    this.#lost += Math.max(0, entries.length - room);
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), this.#options.retryMs ?? RETRY_MS);
    this.#timer.unref();
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    this.#waiting = [];
    try {
      await this.#options.audit.record(rows);
      this.#options.log.info({ count: rows.length }, "Wrote the audit rows that had waited");
      if (this.#lost > 0)
        this.#options.log.warn({ count: this.#lost }, "Audit rows were lost while the disk was full");
      this.#lost = 0;
    } catch (err) {
      this.#waiting = [...rows, ...this.#waiting].slice(0, MAX_ROWS);
      if (!isDiskFull(err)) this.#options.log.warn({ err }, "Audit rows that wait could not be written");
      this.#schedule();
    }
  }
}

function isDiskFull(thrown: unknown): boolean {
  return thrown instanceof KeyholdError && thrown.code === "exhausted" && thrown.retryable;
}
