import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { associatedData, KEY_BYTES, open, type Place, seal } from "../keys/envelope.ts";
import type { KeyProvider, WrappedKey } from "../keys/key-provider.ts";

/** Where a secret belongs: what its ciphertexts are bound to. */
export type SecretPlace = Pick<Place, "organization" | "scope" | "secret" | "uid">;

/** Seals the values of secrets: a data key for each secret, wrapped by the root key; everything bound to its place. */
export class SecretCipher {
  readonly #keys: KeyProvider;

  constructor(keys: KeyProvider) {
    this.#keys = keys;
  }

  async newKey(place: SecretPlace): Promise<{ key: Buffer; wrapped: WrappedKey }> {
    const key = randomBytes(KEY_BYTES);
    return { key, wrapped: await this.#keys.wrap(key, dekPlace(place)) };
  }

  async openKey(place: SecretPlace, wrapped: WrappedKey): Promise<Buffer> {
    return this.#keys.unwrap(wrapped, dekPlace(place));
  }

  sealValue(key: Buffer, place: SecretPlace, version: number, value: SecretValue): Buffer {
    return seal(key, value.bytes(), valuePlace(place, version));
  }

  /** @throws KeyholdError `failed` if the row is not where it was written */
  openValue(key: Buffer, place: SecretPlace, version: number, sealed: Uint8Array): SecretValue {
    try {
      return SecretValue.of(open(key, sealed, valuePlace(place, version)));
    } catch (thrown) {
      throw new KeyholdError({
        code: "failed",
        message: `version ${version} of ${place.scope}/secrets/${place.secret} cannot be decrypted: its row was altered or moved`,
        next: "restore the database from a backup, or write the secret again",
        cause: thrown,
      });
    }
  }
}

/** What the data key of a secret is bound to. */
export function dekPlace(place: SecretPlace): Buffer {
  return associatedData({ ...place, purpose: "dek", version: 0 });
}

function valuePlace(place: SecretPlace, version: number): Buffer {
  return associatedData({ ...place, purpose: "value", version });
}
