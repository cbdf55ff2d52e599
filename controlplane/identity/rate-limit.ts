import { isIPv6 } from "node:net";

/** Failures an address may have at once, and how long it takes until one more is allowed. Milliseconds. */
export const FAILURES = { burst: 10, refill: 6_000 };
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

interface Bucket {
  left: number;
  /** When `left` was true. */
  at: number;
  announced: boolean;
}

/**
 * Counts failures for each address: a bucket of {@link FAILURES}.burst that fills up again with time. It never looks at what
 * succeeds: many people can share an address, and a valid credential has to work whatever the others there do.
 */
export class FailureLimit {
  /** Least recently failed first. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  failed(address: string): Failed {
    const bucket = this.#take(networkOf(address));
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return { limited: false, begins: false, retryAfter: 0 };
    }
    const begins = !bucket.announced;
    bucket.announced = true;
    return { limited: true, begins, retryAfter: Math.ceil((1 - bucket.left) * FAILURES.refill) };
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** The address's bucket as of now, moved to the end. */
  #take(network: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(network);
    this.#buckets.delete(network);
    const bucket = known ?? { left: FAILURES.burst, at: now, announced: false };
    // A clock that is set back gives nothing and takes nothing.
    bucket.left = Math.min(FAILURES.burst, bucket.left + Math.max(0, now - bucket.at) / FAILURES.refill);
    bucket.at = now;
    if (bucket.left === FAILURES.burst) bucket.announced = false;
    this.#buckets.set(network, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= ADDRESSES) break;
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}

/** An IPv6 host has 2^64 addresses to itself: its network counts, `2001:db8:0:1::/64`. IPv4 in IPv6 is IPv4. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%", 1)[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(zeros).fill("0"), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
