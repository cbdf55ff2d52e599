import { LRUCache } from "lru-cache";

export interface Rate {
  /** How many may come at once. */
  readonly burst: number;
  /** How long it takes until one more may come. Milliseconds. */
  readonly refill: number;
}

interface Bucket {
  left: number;
  /** When `left` was true. */
  at: number;
}

/** What is left of a key's share. */
export interface Taken {
  readonly allowed: boolean;
  /** Milliseconds until one more is allowed; 0 if this one was. */
  readonly retryAfter: number;
  /** Whether the key had its full share before this. */
  readonly wasFull: boolean;
}

/**
 * A bucket of tokens for each key that fills up again with time. Keys are forgotten when there are too many, the one that
 * was used longest ago first: memory is bounded, however many addresses try.
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets: LRUCache<string, Bucket>;
  readonly #now: () => number;

  /** @param keys remembered at most */
  constructor(rate: Rate, keys: number, now: () => number = Date.now) {
    this.#rate = rate;
    this.#buckets = new LRUCache({ max: keys });
    this.#now = now;
  }

  /** Keys remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  take(key: string): Taken {
    const { burst, refill } = this.#rate;
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { left: burst, at: now };
    // A clock that is set back gives nothing and takes nothing.
    bucket.left = Math.min(burst, bucket.left + Math.max(0, now - bucket.at) / refill);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    const wasFull = bucket.left === burst;
    if (bucket.left < 1)
      return { allowed: false, retryAfter: Math.ceil((1 - bucket.left) * refill), wasFull };
    bucket.left -= 1;
    return { allowed: true, retryAfter: 0, wasFull };
  }
}
