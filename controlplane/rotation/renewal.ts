import { randomBytes } from "node:crypto";
import { resealHeads } from "../audit/reseal.ts";
import type { Db } from "../database/schema.ts";
import { credentialSeal, resealCredentials } from "../directory/credential-seals.ts";
import { KEY_BYTES } from "../keys/envelope.ts";
import {
  FINGERPRINT_KEY,
  Fingerprints,
  NEXT_FINGERPRINT_KEY,
  placeOfWrappedKey,
} from "../keys/fingerprint.ts";
import type { KeyProvider } from "../keys/key-provider.ts";
import type { SecretCipher } from "../secrets/secret-cipher.ts";
import { type RenewParts, renewLeftOver, renewVersions } from "./renew.ts";
import { type RewrapProgress, rewrapServerKeys } from "./rewrap.ts";

/** What a renewal works with. */
export interface RenewalParts {
  readonly db: Db;
  readonly keys: KeyProvider;
  readonly cipher: SecretCipher;
  /** What the store uses; it goes on with the new key. */
  readonly fingerprints: Fingerprints;
}

/** Forgets an earlier renewal that was not ended: its key may be known to whom this one shuts out. */
export async function forgetRenewal(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom("renewed_fingerprints").execute();
    await tx.deleteFrom("wrapped_keys").where("name", "=", NEXT_FINGERPRINT_KEY).execute();
  });
}

/**
 * Makes worthless what a thief of database and root keys can compute: every kept version is encrypted again under a new data
 * key, and the fingerprint key is renewed with everything that is derived from it (fingerprints, seals of the audit logs and of
 * credentials). Nodes are told the fingerprints that they know, so no container restarts.
 *
 * Step by step, each readable: (1) the new fingerprint key is kept beside the present one, (2) versions are encrypted again, in
 * batches, (3) one transaction switches to the new key. A run that was cut off is finished by the next one.
 * @param primary the root key that wraps all of it
 * @returns how many versions were encrypted again
 */
export async function renewEverything(
  parts: RenewalParts,
  primary: string,
  onProgress: (progress: RewrapProgress) => void,
): Promise<number> {
  const { db, keys, cipher, fingerprints } = parts;
  await rewrapServerKeys(db, keys, primary);
  const key = await nextKey(db, keys);
  const each: RenewParts = { db, cipher, primary, present: fingerprints, next: new Fingerprints(key) };
  const encrypted = await renewVersions(each, onProgress);
  return encrypted + (await switchKey(parts, each, key));
}

async function nextKey(db: Db, keys: KeyProvider): Promise<Buffer> {
  const place = placeOfWrappedKey(NEXT_FINGERPRINT_KEY);
  const row = await db
    .selectFrom("wrapped_keys")
    .selectAll()
    .where("name", "=", NEXT_FINGERPRINT_KEY)
    .executeTakeFirst();
  if (row !== undefined) return keys.unwrap({ keyId: row.key_id, bytes: row.wrapped }, place);
  const key = randomBytes(KEY_BYTES);
  const { keyId, bytes } = await keys.wrap(key, place);
  const values = { name: NEXT_FINGERPRINT_KEY, key_id: keyId, wrapped: bytes };
  await db.insertInto("wrapped_keys").values(values).execute();
  return key;
}

/** Memory goes along with the commit: whoever waits for the database meanwhile finds both new, or both old. */
async function switchKey(parts: RenewalParts, each: RenewParts, key: Buffer): Promise<number> {
  const { db, fingerprints } = parts;
  let undo: (() => void) | undefined;
  try {
    return await db.transaction().execute(async (tx) => {
      const late = await renewLeftOver(tx, { ...each, db: tx });
      await takeOver(tx);
      await resealHeads(tx, fingerprints, each.next);
      await resealCredentials(tx, credentialSeal(fingerprints), credentialSeal(each.next));
      await tx.deleteFrom("wrapped_keys").where("name", "=", FINGERPRINT_KEY).execute();
      await tx
        .updateTable("wrapped_keys")
        .set({ name: FINGERPRINT_KEY })
        .where("name", "=", NEXT_FINGERPRINT_KEY)
        .execute();
      undo = fingerprints.become(key);
      return late;
    });
  } catch (thrown) {
    undo?.();
    throw thrown;
  }
}

/** The noted fingerprints become the present ones. */
async function takeOver(tx: Db): Promise<void> {
  await tx
    .updateTable("secret_versions")
    .from("renewed_fingerprints")
    .set((e) => ({
      fingerprint: e.ref("renewed_fingerprints.fingerprint"),
      told_fingerprint: e.ref("renewed_fingerprints.told_fingerprint"),
    }))
    .whereRef("renewed_fingerprints.secret_uid", "=", "secret_versions.secret_uid")
    .whereRef("renewed_fingerprints.version", "=", "secret_versions.version")
    .execute();
  await tx
    .updateTable("secrets")
    .from("secret_versions")
    .set((e) => ({
      fingerprint: e.ref("secret_versions.fingerprint"),
      told_fingerprint: e.ref("secret_versions.told_fingerprint"),
    }))
    .whereRef("secret_versions.secret_uid", "=", "secrets.uid")
    .whereRef("secret_versions.version", "=", "secrets.version")
    .execute();
  await tx.deleteFrom("renewed_fingerprints").execute();
}
