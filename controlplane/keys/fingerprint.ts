import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import type { Db, SecretRow } from "../database/schema.ts";
import { associatedData, KEY_BYTES, open, seal } from "./envelope.ts";
import type { KeyProvider } from "./key-provider.ts";

/** Names of rows of `wrapped_keys`: the key in use, and the one that a renewal under way switches to. */
export const FINGERPRINT_KEY = "fingerprint";
export const NEXT_FINGERPRINT_KEY = "fingerprint.next";
const TOLD = "told fingerprints";
const PLACE = associatedData({
  purpose: "fingerprint-key",
  organization: "",
  scope: "",
  secret: "",
  uid: "",
  version: 0,
});

/** Keys that are derived from the fingerprint key. Ask for one at each use: a rotation may renew it while the server runs. */
export interface DerivedKeys {
  /** 32 bytes: the same for the same purpose, until the key is renewed. A rotation of the root key alone changes nothing. */
  derive(purpose: string): Buffer;
}

/** The columns of a secret or a version that say which value it has. */
export type Fingerprinted = Pick<SecretRow, "organization" | "fingerprint" | "told_fingerprint">;

/**
 * Keyed hashes of values: they tell whether a value changed, and nothing else to who does not know the key. Each organization
 * has its own key, so that equal values of two organizations do not show.
 */
export class Fingerprints implements DerivedKeys {
  #key: Buffer;
  /** By what they are for. */
  #derived = new Map<string, Buffer>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** 64 hexadecimal digits. */
  of(organization: string, value: SecretValue): string {
    return createHmac("sha256", this.derive(`fingerprint ${organization}`))
      .update(value.bytes())
      .digest("hex");
  }

  /**
   * What nodes know the row's value by. They go on with what they were told first: a renewal of the key changes nothing for the
   * containers that have the value.
   */
  told(row: Fingerprinted): string {
    if (row.told_fingerprint === null) return row.fingerprint;
    try {
      return open(this.derive(TOLD), row.told_fingerprint, toldPlace(row)).toString("hex");
    } catch (thrown) {
      throw altered(row.organization, thrown);
    }
  }

  /** For `told_fingerprint`: a person who has an earlier key and only the database could try out values with it. */
  sealTold(row: Omit<Fingerprinted, "told_fingerprint">, told: string): Buffer {
    return seal(this.derive(TOLD), Buffer.from(told, "hex"), toldPlace(row));
  }

  /**
   * Goes on with another key, as does everything that is derived from it.
   * @returns how to go back
   */
  become(key: Buffer): () => void {
    const before = this.#key;
    this.#key = key;
    this.#derived = new Map();
    return () => this.become(before);
  }

  derive(purpose: string): Buffer {
    const known = this.#derived.get(purpose);
    if (known !== undefined) return known;
    const info = `keyhold.v1 ${purpose}`;
    const key = Buffer.from(hkdfSync("sha256", this.#key, Buffer.alloc(0), info, KEY_BYTES));
    this.#derived.set(purpose, key);
    return key;
  }
}

function toldPlace({ organization, fingerprint }: Omit<Fingerprinted, "told_fingerprint">): Buffer {
  return Buffer.from(JSON.stringify([organization, fingerprint]));
}

/**
 * What a row of `wrapped_keys` is bound to. A row of another name was written by a newer program.
 * @throws Error for an unknown name: nobody may take it for re-wrapped
 */
export function placeOfWrappedKey(name: string): Buffer {
  if (name === FINGERPRINT_KEY || name === NEXT_FINGERPRINT_KEY) return PLACE;
  throw new Error(`nothing is known of the wrapped key ${JSON.stringify(name)}`);
}

/**
 * The fingerprint key is random and stored wrapped, not derived from the root key: rotating that changes no fingerprint, so
 * it restarts no container. Reading it is also the first proof that keyring and database belong together.
 * @throws KeyholdError `precondition` for a database that has rows and no key, or whose key does not open
 */
export async function loadFingerprints(db: Db, keys: KeyProvider): Promise<Fingerprints> {
  const row = await db
    .selectFrom("wrapped_keys")
    .selectAll()
    .where("name", "=", FINGERPRINT_KEY)
    .executeTakeFirst();
  if (row !== undefined) {
    return new Fingerprints(await keys.unwrap({ keyId: row.key_id, bytes: row.wrapped }, PLACE));
  }
  if (await isUsed(db)) throw lost();
  const key = randomBytes(KEY_BYTES);
  const wrapped = await keys.wrap(key, PLACE);
  await db
    .insertInto("wrapped_keys")
    .values({ name: FINGERPRINT_KEY, key_id: wrapped.keyId, wrapped: wrapped.bytes })
    .execute();
  return new Fingerprints(key);
}

function altered(organization: string, cause: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `the fingerprint of a secret of ${organization} does not open: its row was altered or moved`,
    next: "restore the database from a backup, or write the secret again",
    cause,
  });
}

async function isUsed(db: Db): Promise<boolean> {
  const tables = ["secrets", "tokens", "audit_heads"] as const;
  for (const table of tables) {
    const row = await db.selectFrom(table).selectAll().limit(1).executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

/** A new key in its place would restart every container and break every seal. */
function lost(): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: "the database has lost its fingerprint key: a row of its table wrapped_keys was removed",
    next: "restore the database from a backup, and find out who can write to it",
  });
}
