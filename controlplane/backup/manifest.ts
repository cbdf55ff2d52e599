import { z } from "zod";
import { KeyholdError } from "../../common/errors.ts";

/** What a backup file says of itself, in its first entry. */

export const MANIFEST_FILE = "manifest.json";
/** Keyed hash of the manifest, hexadecimal. */
export const SEAL_FILE = "manifest.hmac";
const FORMAT = "keyhold-backup";
/** Raised when an older program could not restore what a newer one writes. */
const FORMAT_VERSION = 2;
/** Release 0.1.0: a checksum at the end, which anybody can make. */
export const UNAUTHENTICATED_FORMAT = 1;

const ENTRY = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** Of the content, hexadecimal. */
  sha256: z.string(),
});

const MANIFEST = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.number().int().positive(),
  createTime: z.string(),
  /** Of the program that made it. */
  program: z.string(),
  /** Number of the database's last migration. */
  schema: z.number().int(),
  revision: z.number().int(),
  /** Whether whoever has the file can read every secret in it. */
  withKeys: z.boolean(),
  /** The backup's own key, wrapped by a root key of keys.json. */
  sealedBy: z.object({ keyId: z.string(), wrapped: z.string() }),
  /** Everything behind the manifest and its seal, in this order. Release 0.1.0 has none. */
  entries: z.array(ENTRY).default([]),
});

export type BackupManifest = Readonly<z.infer<typeof MANIFEST>>;
export type ManifestEntry = Readonly<z.infer<typeof ENTRY>>;

export function manifestBytes(manifest: Omit<BackupManifest, "format" | "formatVersion">): Buffer {
  const document = { format: FORMAT, formatVersion: FORMAT_VERSION, ...manifest };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/**
 * @param file names it in errors
 * @throws KeyholdError `invalid` if it is none, or of a newer format
 */
export function parseManifest(file: string, bytes: Buffer): BackupManifest {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString("utf8"));
  } catch (thrown) {
    throw damaged(file, "its manifest is no JSON", thrown);
  }
  const { format, formatVersion } = (document ?? {}) as Record<string, unknown>;
  if (format !== FORMAT) throw noBackup(file);
  if (typeof formatVersion === "number" && formatVersion > FORMAT_VERSION) {
    throw new KeyholdError({
      code: "invalid",
      message: `${file} has format ${formatVersion}, and this program knows only ${FORMAT_VERSION}`,
      next: "restore it with the newer Keyhold that made it",
    });
  }
  const parsed = MANIFEST.safeParse(document);
  if (parsed.success) return parsed.data;
  throw damaged(file, "its manifest is not as expected", parsed.error);
}

export function noBackup(file: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `${file} is no backup of Keyhold`,
    next: "give a file that keyhold server backup has written",
    cause,
  });
}

export function damaged(file: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the backup ${file} is damaged: ${reason}`,
    next: "take another copy of it, or an older backup; nothing was written",
    cause,
  });
}

/** It is whole, and it is not what the server has written. */
export function altered(file: string, what: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the backup ${file} was altered: ${what}`,
    next: "do not use it: take a copy from a place that others cannot write to; nothing was written",
  });
}
