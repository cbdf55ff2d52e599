import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, systemCodeOf } from "../../common/errors.ts";

/** How long an answer counts, so that asking often costs nothing. Milliseconds. */
const FRESH = 1000;
/** As much as the smallest transaction writes. Bytes. */
const PROBE_SIZE = 4096;

export interface ReadyState {
  readonly ready: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** Whether calls can be served: the server does not end, the database can be read, and its disk takes what is written. */
export class Readiness {
  readonly #directory: string;
  readonly #read: () => Promise<unknown>;
  readonly #now: () => number;
  #closing = false;
  #last: { readonly at: number; readonly state: Promise<ReadyState> } | undefined;

  /** @param parts.read reads something from the database */
  constructor(parts: {
    readonly directory: string;
    readonly read: () => Promise<unknown>;
    readonly now?: () => number;
  }) {
    this.#directory = parts.directory;
    this.#read = parts.read;
    this.#now = parts.now ?? Date.now;
  }

  /** From now on it is not ready, so that whoever balances load sends nothing more. */
  close(): void {
    this.#closing = true;
  }

  async state(): Promise<ReadyState> {
    if (this.#closing) return { ready: false, reason: "the server is shutting down" };
    const now = this.#now();
    if (this.#last === undefined || now - this.#last.at >= FRESH || now < this.#last.at) {
      this.#last = { at: now, state: this.#look() };
    }
    return this.#last.state;
  }

  async #look(): Promise<ReadyState> {
    try {
      await this.#read();
    } catch (thrown) {
      return { ready: false, reason: `the database cannot be read: ${messageOf(thrown)}` };
    }
    try {
      await probeWrite(this.#directory);
      return { ready: true };
    } catch (thrown) {
      const full = ["ENOSPC", "EDQUOT"].includes(systemCodeOf(thrown) ?? "");
      const why = full ? "the disk is full" : messageOf(thrown);
      return { ready: false, reason: `the data directory cannot be written: ${why}` };
    }
  }
}

/** Writes a file to the disk and removes it. */
async function probeWrite(directory: string): Promise<void> {
  const path = join(directory, `.ready-${randomUUID()}`);
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(Buffer.alloc(PROBE_SIZE, 1));
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
