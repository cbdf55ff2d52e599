import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { KEY_BYTES, open, seal } from "./envelope.ts";
import type { KeyProvider, WrappedKey } from "./key-provider.ts";

/** The content of `keys.json`. Keys are base64 of 32 bytes. */
export interface KeyringDocument {
  readonly primary: string;
  readonly keys: readonly { readonly id: string; readonly key: string; readonly createTime: string }[];
}

export function newKeyringDocument(now: number): KeyringDocument {
  const id = randomBytes(6).toString("hex");
  const key = randomBytes(KEY_BYTES).toString("base64");
  return { primary: id, keys: [{ id, key, createTime: new Date(now).toISOString() }] };
}

/** Root keys from a file: the primary one wraps, all of them unwrap. */
export class Keyring implements KeyProvider {
  readonly id: string;
  readonly #primary: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** @param file names the keyring in errors */
  constructor(file: string, document: KeyringDocument) {
    this.id = file;
    this.#primary = document.primary;
    this.#keys = new Map(document.keys.map(({ id, key }) => [id, Buffer.from(key, "base64")]));
    if (!this.#keys.has(document.primary)) throw this.#lacks(document.primary);
  }

  async wrap(key: Buffer, aad: Buffer): Promise<WrappedKey> {
    return { keyId: this.#primary, bytes: seal(this.#key(this.#primary), key, aad) };
  }

  async unwrap(wrapped: WrappedKey, aad: Buffer): Promise<Buffer> {
    const key = this.#key(wrapped.keyId);
    try {
      return open(key, wrapped.bytes, aad);
    } catch (thrown) {
      throw new KeyholdError({
        code: "precondition",
        message: `key ${wrapped.keyId} of ${this.id} does not open this database's data: it is another key, or the data was altered`,
        next: "put back the keys.json that belongs to this database",
        cause: thrown,
      });
    }
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key === undefined) throw this.#lacks(id);
    return key;
  }

  #lacks(id: string): KeyholdError {
    return new KeyholdError({
      code: "precondition",
      message: `the keyring ${this.id} has no key ${id}, which is needed`,
      next: "put back the keys.json that belongs to this database",
    });
  }
}
