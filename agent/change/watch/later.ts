import type { Timers } from "./quiescence.ts";

/** Calls for keys again after a while, each once, however often it is asked for meanwhile. */
export class Later {
  readonly #timers: Timers;
  readonly #milliseconds: number;
  readonly #run: (key: string) => void;
  readonly #asked = new Map<string, () => void>();

  /** @param run must not throw */
  constructor(timers: Timers, milliseconds: number, run: (key: string) => void) {
    this.#timers = timers;
    this.#milliseconds = milliseconds;
    this.#run = run;
  }

  ask(key: string): void {
    if (this.#asked.has(key)) return;
    const cancel = this.#timers.after(this.#milliseconds, () => {
      this.#asked.delete(key);
      this.#run(key);
    });
    this.#asked.set(key, cancel);
  }

  /** Nobody is called any more. */
  close(): void {
    for (const cancel of this.#asked.values()) cancel();
    this.#asked.clear();
  }
}
