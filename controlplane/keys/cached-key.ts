import { createHash } from "node:crypto";
import type { RootKey } from "./key-provider.ts";

export interface CacheLimits {
  /** Keys that are kept at most; the one that was not used for longest goes first. */
  readonly entries: number;
  /** Milliseconds after which a key has to be asked for again: a KMS that was told to refuse is obeyed after that. */
  readonly life: number;
}

const KMS_CACHE: CacheLimits = { entries: 10_000, life: 15 * 60_000 };

interface Entry {
  readonly key: Buffer;
  readonly until: number;
}

/**
 * Keeps unwrapped data keys in memory for a while, so that reading a secret does not wait for the KMS and goes on through a
 * short outage of it. What is asked for twice at once is unwrapped once. Failures are not kept.
 */
export class CachedKey implements RootKey {
  readonly #inner: RootKey;
  readonly #limits: CacheLimits;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #asked = new Map<string, Promise<Buffer>>();

  constructor(inner: RootKey, limits: CacheLimits = KMS_CACHE, now: () => number = Date.now) {
    this.#inner = inner;
    this.#limits = limits;
    this.#now = now;
  }

  async wrap(key: Buffer, aad: Buffer): Promise<Uint8Array> {
    const bytes = await this.#inner.wrap(key, aad);
    this.#keep(nameOf(bytes, aad), key);
    return bytes;
  }

  async unwrap(bytes: Uint8Array, aad: Buffer): Promise<Buffer> {
    const name = nameOf(bytes, aad);
    const entry = this.#entries.get(name);
    if (entry !== undefined && entry.until > this.#now()) {
      this.#entries.delete(name);
      this.#entries.set(name, entry);
      return Buffer.from(entry.key);
    }
    this.#forget(name);
    return Buffer.from(await this.#ask(name, bytes, aad));
  }

  #ask(name: string, bytes: Uint8Array, aad: Buffer): Promise<Buffer> {
    const asked = this.#asked.get(name);
    if (asked !== undefined) return asked;
    const answer = this.#inner
      .unwrap(bytes, aad)
      .then((key) => {
        this.#keep(name, key);
        return key;
      })
      .finally(() => this.#asked.delete(name));
    this.#asked.set(name, answer);
    return answer;
  }

  /** Copies: who gets a key may overwrite it, and what goes from here is overwritten. */
  #keep(name: string, key: Buffer): void {
    this.#forget(name);
    this.#entries.set(name, { key: Buffer.from(key), until: this.#now() + this.#limits.life });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries) break;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#entries.get(name)?.key.fill(0);
    this.#entries.delete(name);
  }
}

/** The place is part of it: a row that was moved finds nothing here and fails where it is unwrapped. */
function nameOf(bytes: Uint8Array, aad: Buffer): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return createHash("sha256").update(length).update(bytes).update(aad).digest("base64");
}
