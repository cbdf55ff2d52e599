import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import type { SecretVersionRow } from "../database/schema.ts";
import { associatedData, KEY_BYTES, open, type Place, seal } from "../keys/envelope.ts";
import type { KeyProvider } from "../keys/key-provider.ts";

/** Where a secret belongs: what its ciphertexts are bound to. */
export type SecretPlace = Pick<Place, "organization" | "scope" | "secret" | "uid">;

/** A value as its version's row holds it. */
export type SealedValue = Pick<SecretVersionRow, "sealed" | "key_id" | "wrapped_key" | "key_version">;

/** Seals the values of secrets: a data key for each version, wrapped by the root key; everything bound to its place. */
export class SecretCipher {
  readonly #keys: KeyProvider;

  constructor(keys: KeyProvider) {
    this.#keys = keys;
  }

  /** With a new data key. */
  async seal(place: SecretPlace, version: number, value: SecretValue): Promise<SealedValue> {
    const key = randomBytes(KEY_BYTES);
    try {
      const { keyId, bytes } = await this.#keys.wrap(key, dekPlace(place, version));
      const sealed = seal(key, value.bytes(), valuePlace(place, version));
      return { sealed, key_id: keyId, wrapped_key: bytes, key_version: version };
    } finally {
      key.fill(0);
    }
  }

  /** @throws KeyholdError `failed` if the row is not where it was written; else as {@link KeyProvider.unwrap} */
  async open(place: SecretPlace, version: number, row: SealedValue): Promise<SecretValue> {
    const wrapped = { keyId: row.key_id, bytes: row.wrapped_key };
    const key = await this.#keys.unwrap(wrapped, dekPlace(place, row.key_version));
    try {
      return SecretValue.of(open(key, row.sealed, valuePlace(place, version)));
    } catch (thrown) {
      throw new KeyholdError({
        code: "failed",
        message: `version ${version} of ${place.scope}/secrets/${place.secret} cannot be decrypted: its row was altered or moved`,
        next: "restore the database from a backup, or write the secret again",
        cause: thrown,
      });
    } finally {
      key.fill(0);
    }
  }
}

/**
 * What a data key is bound to.
 * @param version 0 for a key that release 0.1.0 made for all versions of a secret
 */
export function dekPlace(place: SecretPlace, version: number): Buffer {
  return associatedData({ ...place, purpose: "dek", version });
}

function valuePlace(place: SecretPlace, version: number): Buffer {
  return associatedData({ ...place, purpose: "value", version });
}
