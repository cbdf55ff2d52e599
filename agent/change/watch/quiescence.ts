/** Milliseconds. */
export interface QuietTimes {
  /** Act when nothing has changed for this long, … */
  readonly minimum: number;
  /** … or this long after the first change, whatever happens. */
  readonly maximum: number;
}

/**
 * Long enough for a burst of writes, short beside the restart that follows. What still comes while the old process is being
 * stopped is not late either: values are looked up when the new one is created.
 */
export const QUIET_TIMES: QuietTimes = { minimum: 50, maximum: 2_000 };

/** Where time comes from; tests turn it by hand. */
export interface Timers {
  /** Milliseconds, of any origin. */
  now(): number;
  /** @returns calls it off */
  after(milliseconds: number, run: () => void): () => void;
}

export const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  readonly since: number;
  cancel: () => void;
}

/** Turns a burst of changes into one action for each key. */
export class Quiescence {
  readonly #times: QuietTimes;
  readonly #timers: Timers;
  readonly #settled: (key: string) => void;
  readonly #waiting = new Map<string, Waiting>();

  /** @param settled called once for each burst; must not throw */
  constructor(
    settled: (key: string) => void,
    times: QuietTimes = QUIET_TIMES,
    timers: Timers = SYSTEM_TIMERS,
  ) {
    this.#settled = settled;
    this.#times = times;
    this.#timers = timers;
  }

  /** Something changed. */
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

  /** It changed back, or is gone. */
  cancel(key: string): void {
    this.#waiting.get(key)?.cancel();
    this.#waiting.delete(key);
  }

  close(): void {
    for (const key of [...this.#waiting.keys()]) this.cancel(key);
  }
}
