import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { CachedKey } from "./cached-key.ts";
import { KEY_BYTES } from "./envelope.ts";
import { IntermediateKey } from "./intermediate-key.ts";
import type { RootKey } from "./key-provider.ts";
import { type OpenRootKey, openLocalKey } from "./keyring.ts";
import { isKmsKey, type KeyPlace, type TransitSettings } from "./keyring-document.ts";
import { TransitClient } from "./providers/vault-transit/transit-client.ts";
import { TransitKey } from "./providers/vault-transit/transit-key.ts";

/** A root key from wherever its entry says it is. */
export const openRootKey: OpenRootKey = (entry) =>
  isKmsKey(entry) ? new IntermediateKey(new CachedKey(transitKey(entry.kms))) : openLocalKey(entry);

/**
 * Proves that a new root key can be used before anything depends on it: it wraps, it unwraps, and not for another place.
 * @throws KeyholdError that says what is missing; nothing was changed
 */
export async function proveKeyPlace(place: KeyPlace): Promise<void> {
  if (place === "file") return;
  const key = transitKey(place);
  await key.check();
  const probe = randomBytes(KEY_BYTES);
  const here = Buffer.from("keyhold.v1 probe");
  const wrapped = await key.wrap(probe, here);
  const isBound = !(await opens(key, wrapped, Buffer.from("keyhold.v1 elsewhere")));
  if (isBound && (await key.unwrap(wrapped, here)).equals(probe)) return;
  throw new KeyholdError({
    code: "precondition",
    message: `${place.mount}/${place.key} at ${place.address} does not give back what it was given, bound to its place`,
    next: "use Vault 1.9 or newer, or OpenBao, and a key of type aes256-gcm96",
  });
}

/** Gives a KMS key a new version. */
export async function rotateInKms(settings: TransitSettings): Promise<void> {
  await transitKey(settings).rotate();
}

async function opens(key: RootKey, wrapped: Uint8Array, aad: Buffer): Promise<boolean> {
  try {
    await key.unwrap(wrapped, aad);
    return true;
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.code === "precondition") return false;
    throw thrown;
  }
}

function transitKey(settings: TransitSettings): TransitKey {
  return new TransitKey(new TransitClient(settings));
}
