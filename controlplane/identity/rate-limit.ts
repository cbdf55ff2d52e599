import { LRUCache } from "lru-cache";
import { networkOf } from "./network.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** Failures an address may have at once, and how long it takes until one more is allowed. Milliseconds. */
export const FAILURES = { burst: 10, refill: 6_000 };
/** The same for calls that show no credential at all: nothing is guessed with them, so only a flood is kept off. */
export const ANONYMOUS_CALLS = { burst: 200, refill: 200 };
/** Addresses remembered. Past it the one that failed longest ago is forgotten: memory is bounded, whoever tries. */
export const ADDRESSES = 10_000;

export interface Failed {
  /** Whether the address has used up what it may. */
  readonly limited: boolean;
  /** The first such failure since the address was last quiet for long enough: worth a line in the log. */
  readonly begins: boolean;
  /** Milliseconds until one more failure is allowed; 0 if one is. */
  readonly retryAfter: number;
}

/**
 * Counts failures for each address. It never looks at what succeeds: many people can share an address, and a valid credential
 * has to work whatever the others there do.
 */
export class FailureLimit {
  readonly #buckets: TokenBuckets;
  /** Networks whose limit has been announced since they were last quiet. */
  readonly #announced = new LRUCache<string, true>({ max: ADDRESSES });

  constructor(now: () => number = Date.now, bucket: typeof FAILURES = FAILURES) {
    this.#buckets = new TokenBuckets(bucket, ADDRESSES, now);
  }

  failed(address: string): Failed {
    const network = networkOf(address);
    const { allowed, retryAfter, wasFull } = this.#buckets.take(network);
    if (wasFull) this.#announced.delete(network);
    if (allowed) return { limited: false, begins: false, retryAfter };
    const begins = !this.#announced.has(network);
    this.#announced.set(network, true);
    return { limited: true, begins, retryAfter };
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#buckets.size;
  }
}
