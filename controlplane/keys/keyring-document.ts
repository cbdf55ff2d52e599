import { randomBytes } from "node:crypto";
import { z } from "zod";
import { KEY_BYTES } from "./envelope.ts";

// The content of `keys.json`: the root keys of one database, and which of them wraps what is new.

const LOCAL_KEY = z.strictObject({
  id: z.string().min(1),
  /** base64 of 32 bytes */
  key: z.string().refine((text) => Buffer.from(text, "base64").length === KEY_BYTES, "is not 32 bytes"),
  createTime: z.string(),
});

/** How a key of Vault's or OpenBao's Transit engine is reached. Holds no secret: the token stays in its own file. */
const TRANSIT = z.strictObject({
  type: z.literal("vault-transit"),
  address: z.string().min(1),
  mount: z.string().min(1),
  key: z.string().min(1),
  tokenFile: z.string().min(1),
  caFile: z.string().min(1).optional(),
});

const KMS_KEY = z.strictObject({ id: z.string().min(1), kms: TRANSIT, createTime: z.string() });

export const KEYRING_DOCUMENT = z.strictObject({
  primary: z.string(),
  /**
   * Set once every credential in the database has a seal. It stands here and not in the database, where a person who can write
   * that could take it back to have their own rows sealed.
   */
  credentialsSealed: z.literal(true).optional(),
  /** Set while a rotation after a theft is under way: a run that was cut off has to be finished as one. */
  compromised: z.literal(true).optional(),
  keys: z.array(z.union([LOCAL_KEY, KMS_KEY])).min(1),
});

/** Where a root key is to be: in the keyring's file, or in a KMS. */
export const KEY_PLACE = z.union([z.literal("file"), TRANSIT]);

export type KeyPlace = Readonly<z.infer<typeof KEY_PLACE>>;
export type TransitSettings = Readonly<z.infer<typeof TRANSIT>>;
type LocalKeyEntry = Readonly<z.infer<typeof LOCAL_KEY>>;
export type KmsKeyEntry = Readonly<z.infer<typeof KMS_KEY>>;
export type KeyEntry = LocalKeyEntry | KmsKeyEntry;

export interface KeyringDocument {
  readonly primary: string;
  readonly credentialsSealed?: true | undefined;
  readonly compromised?: true | undefined;
  readonly keys: readonly KeyEntry[];
}

export function newKeyEntry(place: KeyPlace, now: number): KeyEntry {
  const id = randomBytes(6).toString("hex");
  const createTime = new Date(now).toISOString();
  if (place !== "file") return { id, kms: place, createTime };
  return { id, key: randomBytes(KEY_BYTES).toString("base64"), createTime };
}

export function newKeyringDocument(now: number, place: KeyPlace = "file"): KeyringDocument {
  const entry = newKeyEntry(place, now);
  return { primary: entry.id, credentialsSealed: true, keys: [entry] };
}

export function isKmsKey(entry: KeyEntry): entry is KmsKeyEntry {
  return "kms" in entry;
}

export function placeOfKey(entry: KeyEntry): KeyPlace {
  return isKmsKey(entry) ? entry.kms : "file";
}

/** Undefined only for a document that no {@link KEYRING_DOCUMENT} check has seen. */
export function primaryOf(document: KeyringDocument): KeyEntry | undefined {
  return document.keys.find(({ id }) => id === document.primary);
}

/** Whether two places are one key, however it is reached. */
export function sameKey(a: KeyPlace, b: KeyPlace): boolean {
  if (a === "file" || b === "file") return a === b;
  return a.mount === b.mount && a.key === b.key;
}

/** For people: `the keyring's file`, `transit/keyhold at https://vault.example:8200`. */
export function describePlace(place: KeyPlace): string {
  return place === "file" ? "the keyring's file" : `${place.mount}/${place.key} at ${place.address}`;
}
