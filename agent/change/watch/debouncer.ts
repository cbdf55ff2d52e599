import { SYSTEM_TIMERS, type Timers } from "../../../common/timers.ts";

/** When a burst of changes counts as over. Milliseconds. */
export interface DebounceTimes {
  /** A burst is over when nothing has changed for this long. */
  readonly minimum: number;
  /** A burst is over this long after its first change at the latest. */
  readonly maximum: number;
}

/**
 * Long enough for a burst of writes, and short compared with the restart that follows. A change that comes while the old process
 * is being stopped is not late: the agent reads the values when the new process is created.
 */
const DEBOUNCE_TIMES: DebounceTimes = { minimum: 50, maximum: 2_000 };

interface Burst {
  readonly since: number;
  cancel: () => void;
}

/** Turns a burst of changes into one action for each key. */
export class Debouncer {
  readonly #times: DebounceTimes;
  readonly #timers: Timers;
  readonly #settled: (key: string) => void;
  readonly #waiting = new Map<string, Burst>();

  /** @param settled called once for each burst; must not throw */
  constructor(
    settled: (key: string) => void,
    times: DebounceTimes = DEBOUNCE_TIMES,
    timers: Timers = SYSTEM_TIMERS,
  ) {
    this.#settled = settled;
    this.#times = times;
    this.#timers = timers;
  }

  /** Call this for each change of the key. */
  touch(key: string): void {
    const now = this.#timers.now();
    const known = this.#waiting.get(key);
    known?.cancel();
    const since = known?.since ?? now;
    const left = Math.max(0, since + this.#times.maximum - now);
    const cancel = this.#timers.after(Math.min(this.#times.minimum, left), () => {
      this.#waiting.delete(key);
      this.#settled(key);
    });
    this.#waiting.set(key, { since, cancel });
  }

  isWaiting(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** The key changed back, or is gone. */
  cancel(key: string): void {
    this.#waiting.get(key)?.cancel();
    this.#waiting.delete(key);
  }

  close(): void {
    for (const key of [...this.#waiting.keys()]) this.cancel(key);
  }
}
