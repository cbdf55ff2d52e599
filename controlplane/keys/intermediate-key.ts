import { randomBytes } from "node:crypto";
import { KEY_BYTES, open, seal } from "./envelope.ts";
import type { RootKey } from "./key-provider.ts";

/**
 * First byte of what an intermediate key has wrapped; then the length of the wrapped intermediate key (2 bytes, big endian), that
 * key, and the data key sealed with it. What a KMS has wrapped itself begins otherwise: `vault:v1:…`.
 */
const FORMAT = 2;
const HEADER_BYTES = 3;
const PLACE = Buffer.from("keyhold.v1 intermediate key");
/** Milliseconds for which one intermediate key wraps: how long a KMS that was told to refuse is not noticed by writes. */
const LIFE = 60 * 60_000;

interface Current {
  readonly key: Buffer;
  readonly wrapped: Uint8Array;
  readonly until: number;
}

/**
 * Puts a key of this process between a KMS and the data keys. The KMS wraps one intermediate key an hour, and whatever is
 * written in that hour is wrapped with it here: each version has a data key of its own, and neither reading nor writing many of
 * them asks the KMS for each.
 */
export class IntermediateKey implements RootKey {
  readonly #kms: RootKey;
  readonly #now: () => number;
  #current: Promise<Current> | undefined;

  /** @param kms keeps what it has unwrapped for a while: it is asked at each unwrap */
  constructor(kms: RootKey, now: () => number = Date.now) {
    this.#kms = kms;
    this.#now = now;
  }

  async wrap(key: Buffer, aad: Buffer): Promise<Uint8Array> {
    const current = await this.#present();
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = FORMAT;
    header.writeUInt16BE(current.wrapped.length, 1);
    return Buffer.concat([header, current.wrapped, seal(current.key, key, aad)]);
  }

  async unwrap(bytes: Uint8Array, aad: Buffer): Promise<Buffer> {
    if (bytes[0] !== FORMAT) return this.#kms.unwrap(bytes, aad);
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = HEADER_BYTES + all.readUInt16BE(1);
    const key = await this.#kms.unwrap(all.subarray(HEADER_BYTES, end), PLACE);
    try {
      return open(key, all.subarray(end), aad);
    } finally {
      key.fill(0);
    }
  }

  /** Whoever asks while one is being made gets the same one. A failure is not kept. */
  async #present(): Promise<Current> {
    const seen = this.#current;
    const held = await seen?.catch(() => undefined);
    if (held !== undefined && held.until > this.#now()) return held;
    if (this.#current === seen || this.#current === undefined) this.#current = this.#make();
    return this.#current;
  }

  async #make(): Promise<Current> {
    const key = randomBytes(KEY_BYTES);
    const until = this.#now() + LIFE;
    return { key, wrapped: await this.#kms.wrap(key, PLACE), until };
  }
}
