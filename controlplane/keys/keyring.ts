import { KeyholdError } from "../../common/errors.ts";
import { open, seal } from "./envelope.ts";
import type { KeyProvider, RootKey, WrappedKey } from "./key-provider.ts";
import { isKmsKey, type KeyEntry, type KeyringDocument, primaryOf } from "./keyring-document.ts";

export { type KeyringDocument, newKeyringDocument } from "./keyring-document.ts";

/** Makes a root key of its entry. Reaches nothing: a KMS is asked when the key is used. */
export type OpenRootKey = (entry: KeyEntry) => RootKey;

/** A root key whose bytes are in the entry. */
export const openLocalKey: OpenRootKey = (entry) => {
  if (isKmsKey(entry))
    throw new Error(`root key ${entry.id} is in a KMS, which this program was not told about`);
  const bytes = Buffer.from(entry.key, "base64");
  return {
    wrap: async (key, aad) => seal(bytes, key, aad),
    unwrap: async (wrapped, aad) => open(bytes, wrapped, aad),
  };
};

/** The root keys of one database: the primary one wraps, all of them unwrap. */
export class Keyring implements KeyProvider {
  readonly id: string;
  readonly #openKey: OpenRootKey;
  #document: KeyringDocument;
  #keys: ReadonlyMap<string, RootKey>;

  /** @param file names the keyring in errors */
  constructor(file: string, document: KeyringDocument, openKey: OpenRootKey = openLocalKey) {
    this.id = file;
    this.#openKey = openKey;
    this.#document = document;
    this.#keys = new Map();
    this.replace(document);
  }

  get document(): KeyringDocument {
    return this.#document;
  }

  /** From now on these are the keys; those that stay keep what they have cached. */
  replace(document: KeyringDocument): void {
    if (primaryOf(document) === undefined) throw this.#lacks(document.primary);
    const before = this.#keys;
    this.#keys = new Map(
      document.keys.map((entry) => [entry.id, before.get(entry.id) ?? this.#openKey(entry)]),
    );
    this.#document = document;
  }

  async wrap(key: Buffer, aad: Buffer): Promise<WrappedKey> {
    const keyId = this.#document.primary;
    return { keyId, bytes: await this.#key(keyId).wrap(key, aad) };
  }

  async unwrap(wrapped: WrappedKey, aad: Buffer): Promise<Buffer> {
    const key = this.#key(wrapped.keyId);
    try {
      return await key.unwrap(wrapped.bytes, aad);
    } catch (thrown) {
      if (thrown instanceof KeyholdError) throw thrown;
      throw new KeyholdError({
        code: "precondition",
        message: `key ${wrapped.keyId} of ${this.id} does not open this database's data: it is another key, or the data was altered`,
        next: "put back the keys.json that belongs to this database",
        cause: thrown,
      });
    }
  }

  #key(id: string): RootKey {
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
