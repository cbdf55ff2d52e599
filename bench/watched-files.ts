import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Seen, Wanted } from "./reading.ts";

/** Looks at files from a thread of its own. */
export class WatchedFiles implements AsyncDisposable {
  readonly #worker = new Worker(new URL("reading.ts", import.meta.url));

  /** @returns milliseconds from `since` until each file had the content */
  async until(wanted: Wanted, since: bigint): Promise<readonly number[]> {
    const answered = once(this.#worker, "message");
    this.#worker.postMessage(wanted);
    const [seen] = (await answered) as [Seen];
    return seen.map((moment) => Number(moment - since) / 1e6);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
