import type { Timers } from "../../../common/timers.ts";

/** Calls `run` for a key after a pause: once, however often the key is scheduled during the pause. */
export class RetryTimer {
  readonly #timers: Timers;
  readonly #milliseconds: number;
  readonly #run: (key: string) => void;
  readonly #scheduled = new Map<string, () => void>();

  /** @param run must not throw */
  constructor(timers: Timers, milliseconds: number, run: (key: string) => void) {
    this.#timers = timers;
    this.#milliseconds = milliseconds;
    this.#run = run;
  }

  schedule(key: string): void {
    if (this.#scheduled.has(key)) return;
    const cancel = this.#timers.after(this.#milliseconds, () => {
      this.#scheduled.delete(key);
      this.#run(key);
    });
    this.#scheduled.set(key, cancel);
  }

  /** Cancels every call. */
  close(): void {
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
  }
}
