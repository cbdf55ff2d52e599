import { randomBytes } from "node:crypto";

/**
 * Things kept for a short while under a key that cannot be guessed. In the memory of this process only: a restart forgets
 * them, and whoever was signing in begins again. When it is full the oldest goes, so that nobody can fill the memory.
 */
export class OneTime<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly expires: number }>();
  readonly #lifetime: number;
  readonly #limit: number;
  readonly #now: () => number;

  /** @param options.lifetime milliseconds */
  constructor(options: {
    readonly lifetime: number;
    readonly limit: number;
    readonly now?: (() => number) | undefined;
  }) {
    this.#lifetime = options.lifetime;
    this.#limit = options.limit;
    this.#now = options.now ?? Date.now;
  }

  /** @returns the key: 43 URL-safe characters */
  put(value: T): string {
    const key = randomBytes(32).toString("base64url");
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= this.#limit && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { value, expires: this.#now() + this.#lifetime });
    return key;
  }

  /** Leaves it where it is. */
  look(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expires > this.#now() ? entry.value : undefined;
  }

  /** Works once for each key, also if the same key comes twice at the same time. */
  take(key: string): T | undefined {
    const value = this.look(key);
    this.#entries.delete(key);
    return value;
  }
}
