import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { KeyholdError } from "../../../common/errors.ts";

interface Entry<T> {
  readonly value: T;
  readonly owner: string;
}

/**
 * Things kept for a short while under a key that cannot be guessed. In the memory of this process only: a restart forgets
 * them, and a person who was signing in begins again. When there are too many nothing more is taken: what others have begun
 * stays.
 */
export class OneTime<T> {
  readonly #entries: LRUCache<string, Entry<T>>;
  readonly #perOwner = new Map<string, number>();
  readonly #options: { readonly lifetime: number; readonly limit: number; readonly limitOfOwner: number };

  /**
   * @param options.lifetime milliseconds
   * @param options.limit how many are kept at once
   * @param options.limitOfOwner how many of them may be of one owner
   */
  constructor(options: {
    readonly lifetime: number;
    readonly limit: number;
    readonly limitOfOwner: number;
    readonly now?: (() => number) | undefined;
  }) {
    this.#options = options;
    this.#entries = new LRUCache({
      max: options.limit,
      ttl: options.lifetime,
      // The cache asks for the time again at each use: a clock of a test moves by hand.
      ttlResolution: 0,
      perf: { now: options.now ?? Date.now },
      dispose: ({ owner }) => this.#forgetOneOf(owner),
    });
  }

  /**
   * @param owner whose share it counts against: an address, before anybody is known
   * @returns the key: 43 URL-safe characters
   * @throws KeyholdError `exhausted` naming the limit
   */
  put(value: T, owner: string): string {
    const { limit, limitOfOwner } = this.#options;
    if (this.#of(owner) >= limitOfOwner || this.#entries.size >= limit) this.#entries.purgeStale();
    if (this.#of(owner) >= limitOfOwner) throw this.#tooMany(`from ${owner}`, limitOfOwner);
    if (this.#entries.size >= limit) throw this.#tooMany("on this server", limit);
    const key = randomBytes(32).toString("base64url");
    this.#entries.set(key, { value, owner });
    this.#perOwner.set(owner, this.#of(owner) + 1);
    return key;
  }

  /** Leaves it where it is. */
  look(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Works once for each key, also if the same key comes twice at the same time. */
  take(key: string): T | undefined {
    const value = this.look(key);
    this.#entries.delete(key);
    return value;
  }

  #of(owner: string): number {
    return this.#perOwner.get(owner) ?? 0;
  }

  #forgetOneOf(owner: string): void {
    const left = this.#of(owner) - 1;
    if (left > 0) this.#perOwner.set(owner, left);
    else this.#perOwner.delete(owner);
  }

  #tooMany(where: string, limit: number): KeyholdError {
    const minutes = Math.ceil(this.#options.lifetime / 60_000);
    return new KeyholdError({
      code: "exhausted",
      message: `${limit} sign-ins ${where} have begun and not ended, which is the limit`,
      next: `finish one of them, or try again within ${minutes} minutes; a token works at any time`,
      retryAfter: 60_000,
    });
  }
}
