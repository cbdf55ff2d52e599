import { createHash } from "node:crypto";
import { z } from "zod";
import { KeyholdError } from "../../common/errors.ts";
import { readTar, TAR_END, type TarEntry, tarEntries } from "./tar.ts";

// A backup file: a tar archive of manifest.json, the files, and SHA256, which is the hash of everything before it.

const FORMAT = "keyhold-backup";
/** Raised when an older program could not restore what a newer one writes. */
const FORMAT_VERSION = 1;
const MANIFEST = "manifest.json";
const CHECKSUM = "SHA256";

const MANIFEST_SHAPE = z.object({
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
  /** What `private.sealed` is sealed with, wrapped by a root key of keys.json. */
  sealedBy: z.object({ keyId: z.string(), wrapped: z.string() }),
});

export type BackupManifest = Readonly<z.infer<typeof MANIFEST_SHAPE>>;

export interface Backup {
  readonly manifest: BackupManifest;
  readonly files: ReadonlyMap<string, TarEntry>;
}

/** The whole file's bytes. */
export function packBackup(
  manifest: Omit<BackupManifest, "format" | "formatVersion">,
  files: readonly TarEntry[],
  time: number,
): Buffer {
  const document = { format: FORMAT, formatVersion: FORMAT_VERSION, ...manifest };
  const content = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  const body = tarEntries([{ name: MANIFEST, mode: 0o600, content }, ...files], time);
  const checksum = { name: CHECKSUM, mode: 0o600, content: Buffer.from(`${sha256(body)}\n`) };
  return Buffer.concat([body, tarEntries([checksum], time), TAR_END]);
}

/**
 * Checks all of a backup file before anything is made of it.
 * @param file names it in errors
 * @throws KeyholdError `invalid` if it is none, of a newer format, cut off or altered
 */
export function unpackBackup(file: string, bytes: Buffer): Backup {
  const entries = readTar(bytes);
  const manifest = manifestOf(file, entries[0]);
  const checksum = entries.at(-1);
  if (checksum?.name !== CHECKSUM) throw damaged(file, "its end is missing");
  if (checksum.content.toString("latin1").trim() !== sha256(bytes.subarray(0, checksum.start))) {
    throw damaged(file, "its checksum is wrong");
  }
  return { manifest, files: new Map(entries.slice(1, -1).map((entry) => [entry.name, entry])) };
}

function manifestOf(file: string, entry: TarEntry | undefined): BackupManifest {
  if (entry?.name !== MANIFEST) throw noBackup(file);
  let document: unknown;
  try {
    document = JSON.parse(entry.content.toString("utf8"));
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
  const parsed = MANIFEST_SHAPE.safeParse(document);
  if (parsed.success) return parsed.data;
  throw damaged(file, "its manifest is not as expected", parsed.error);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function noBackup(file: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `${file} is no backup of Keyhold`,
    next: "give a file that keyhold server backup has written",
  });
}

function damaged(file: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the backup ${file} is damaged: ${reason}`,
    next: "take another copy of it, or an older backup; nothing was written",
    cause,
  });
}
