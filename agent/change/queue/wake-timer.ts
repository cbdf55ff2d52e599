import type { Timers } from "../../../common/timers.ts";

/** A host's clock may be set while a window is waited for, so it is looked at now and then. */
const LONGEST_WAIT_MS = 60_000;

/** One timer for the next of several moments. */
export class WakeTimer {
  readonly #timers: Pick<Timers, "after">;
  readonly #wake: () => void;
  #cancel: () => void = () => undefined;

  constructor(timers: Pick<Timers, "after">, wake: () => void) {
    this.#timers = timers;
    this.#wake = wake;
  }

  /** Replaces what was scheduled before. @param waits milliseconds; what is over already is left out */
  schedule(waits: Iterable<number>): void {
    this.#cancel();
    const left = [...waits].filter((milliseconds) => milliseconds > 0);
    if (left.length === 0) return;
    this.#cancel = this.#timers.after(Math.min(...left, LONGEST_WAIT_MS), this.#wake);
  }

  cancel(): void {
    this.#cancel();
  }
}
