import { KeyholdError } from "../../../common/errors.ts";

export interface BudgetOptions {
  /** What is shared, for messages: `values that are being sent`. */
  readonly what: string;
  /** Bytes one key may hold, and all keys together. */
  readonly perKey: number;
  readonly total: number;
  /** How long {@link Budget.take} waits for room. Milliseconds. */
  readonly timeout: number;
}

/** Gives back what was taken. Twice is harmless. */
export type Release = () => void;

interface Waiter {
  readonly key: string;
  readonly bytes: number;
  readonly start: (release: Release) => void;
}

/**
 * Shares a number of bytes between keys (principals). Those who find no room wait in turn: a key that has used up its own
 * share holds up nobody else, and while the first of the others waits for room in the total, nobody passes it.
 */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #held = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();
  #total = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Bytes taken now. */
  get held(): number {
    return this.#total;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * @throws KeyholdError `exhausted` if there is no room in time, or if the bytes are more than one key may ever hold;
   * `cancelled` if the signal aborts first
   */
  async take(key: string, bytes: number, signal?: AbortSignal): Promise<Release> {
    const { perKey, timeout } = this.#options;
    if (bytes > perKey) throw this.#tooLarge(bytes);
    if (this.#waiters.size === 0 && this.#fits(key, bytes)) return this.#give(key, bytes);
    const { promise, resolve, reject } = Promise.withResolvers<Release>();
    const waiter: Waiter = { key, bytes, start: resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => reject(this.#noRoom(key, bytes)), timeout);
    const cancel = () => reject(new KeyholdError({ code: "cancelled", message: "the caller went away" }));
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) cancel();
    this.#next();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      this.#waiters.delete(waiter);
      this.#next();
    }
  }

  #fits(key: string, bytes: number): boolean {
    return this.#keyFits(key, bytes) && this.#total + bytes <= this.#options.total;
  }

  #keyFits(key: string, bytes: number): boolean {
    return (this.#held.get(key) ?? 0) + bytes <= this.#options.perKey;
  }

  #next(): void {
    for (const waiter of [...this.#waiters]) {
      const { key, bytes, start } = waiter;
      if (!this.#keyFits(key, bytes)) continue;
      if (!this.#fits(key, bytes)) return;
      this.#waiters.delete(waiter);
      start(this.#give(key, bytes));
    }
  }

  #give(key: string, bytes: number): Release {
    this.#total += bytes;
    this.#held.set(key, (this.#held.get(key) ?? 0) + bytes);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#total -= bytes;
      const left = (this.#held.get(key) ?? 0) - bytes;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
      this.#next();
    };
  }

  #tooLarge(bytes: number): KeyholdError {
    const { what, perKey } = this.#options;
    return new KeyholdError({
      code: "exhausted",
      message: `${bytes} bytes are more than one caller may have of ${what}: the limit is ${perKey}`,
    });
  }

  #noRoom(key: string, bytes: number): KeyholdError {
    const { what, perKey, total, timeout } = this.#options;
    const own = this.#held.get(key) ?? 0;
    return new KeyholdError({
      code: "exhausted",
      message: `no room for ${bytes} bytes of ${what} within ${timeout / 1000} s: this caller has ${own} of ${perKey}, all callers have ${this.#total} of ${total}`,
      next: "make fewer of these calls at the same time, and try again",
      retryAfter: 1000,
    });
  }
}
