import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { finished, pipeline } from "node:stream/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { BackupKey } from "./backup-key.ts";
import {
  altered,
  type BackupManifest,
  damaged,
  MANIFEST_FILE,
  type ManifestEntry,
  noBackup,
  parseManifest,
  SEAL_FILE,
  UNAUTHENTICATED_FORMAT,
} from "./manifest.ts";
import { bytesOf, readTar, type VisitedEntry } from "./tar-file.ts";

// Reads a backup file: a tar archive of manifest.json, manifest.hmac, and the files that the manifest lists, in its order.

/** Of release 0.1.0: the hash of everything before it. */
const CHECKSUM = "SHA256";
const KEYRING = "keys.json";
const BLOCK = 512;
/** Bytes of what is read into memory before it is known to be genuine. */
const LARGEST_MANIFEST = 1024 * 1024;
/** A backup has fewer than ten. */
const MOST_ENTRIES = 100;

/** A file that was read from its begin to its end. Nothing in it is known to be genuine before {@link authenticate}. */
export interface ReadBackup {
  readonly manifest: BackupManifest;
  readonly manifestBytes: Buffer;
  readonly seal: string;
  /** What is there, in order, but for the manifest and its seal. */
  readonly entries: readonly ManifestEntry[];
  readonly keyring: Buffer | undefined;
}

/**
 * Reads all of a backup file, and writes nothing.
 * @throws KeyholdError `invalid` if it is none, of a newer format or cut off; `not-found`
 */
export async function readBackup(file: string): Promise<ReadBackup> {
  const small = new Map<string, Buffer>();
  const found: (ManifestEntry & { readonly isFile: boolean })[] = [];
  await reading(file, found, async (entry) => {
    if ([MANIFEST_FILE, SEAL_FILE, KEYRING, CHECKSUM].includes(entry.name) && !small.has(entry.name)) {
      const bytes = await bytesOf(entry, LARGEST_MANIFEST);
      small.set(entry.name, bytes);
      found.push({ name: entry.name, size: bytes.length, sha256: sha256(bytes), isFile: entry.isFile });
    } else found.push({ ...(await hashed(entry)), isFile: entry.isFile });
    if (found[0]?.name !== MANIFEST_FILE) throw noBackup(file);
    if (found.length > MOST_ENTRIES) throw altered(file, `it has more than ${MOST_ENTRIES} entries`);
  });
  const bytes = small.get(MANIFEST_FILE);
  if (bytes === undefined) throw noBackup(file);
  const manifest = parseManifest(file, bytes);
  const twice = found.find(({ name }, index) => found.findIndex((each) => each.name === name) < index);
  if (twice !== undefined) throw altered(file, `${twice.name} is in it twice`);
  const strange = found.find(({ isFile }) => !isFile);
  if (strange !== undefined) throw altered(file, `${strange.name} in it is no ordinary file`);
  const read = { manifest, manifestBytes: bytes, keyring: small.get(KEYRING) };
  const entries = found.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  if (manifest.formatVersion === UNAUTHENTICATED_FORMAT) {
    await checkSum(file, entries, small.get(CHECKSUM));
    return { ...read, seal: "", entries: entries.slice(1, -1) };
  }
  if (entries[1]?.name !== SEAL_FILE) throw altered(file, "the seal behind its manifest is missing");
  return { ...read, seal: small.get(SEAL_FILE)?.toString("latin1").trim() ?? "", entries: entries.slice(2) };
}

/** Errors of the archive in words about the backup. */
async function reading(
  file: string,
  found: readonly unknown[],
  visit: (entry: VisitedEntry) => Promise<void>,
): Promise<void> {
  try {
    await readTar(file, visit);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) throw thrown;
    const code = systemCodeOf(thrown);
    if (code?.startsWith("E") && !code.startsWith("ERR_")) throw unreadable(file, thrown);
    if (found.length === 0) throw noBackup(file, thrown);
    throw damaged(file, messageOf(thrown), thrown);
  }
}

function unreadable(file: string, thrown: unknown): KeyholdError {
  return new KeyholdError({
    code: systemCodeOf(thrown) === "ENOENT" ? "not-found" : "failed",
    message: `cannot read the backup ${file}: ${messageOf(thrown)}`,
    next: "give a file that keyhold server backup has written",
    cause: thrown,
  });
}

/** As release 0.1.0 made it: it shows damage, and no alteration. */
async function checkSum(
  file: string,
  entries: readonly ManifestEntry[],
  checksum: Buffer | undefined,
): Promise<void> {
  if (entries.at(-1)?.name !== CHECKSUM || checksum === undefined) throw damaged(file, "its end is missing");
  const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK;
  const end = entries.slice(0, -1).reduce((at, { size }) => at + BLOCK + padded(size), 0);
  const hash = createHash("sha256");
  const input = createReadStream(file, { end: end - 1 });
  input.on("data", (chunk) => hash.update(chunk));
  await finished(input);
  if (hash.digest("hex") !== checksum.toString("latin1").trim()) throw damaged(file, "its checksum is wrong");
}

/**
 * Proves that the server with this root key has written the manifest, and everything as the manifest lists it.
 * @throws KeyholdError `invalid` that says what is not as it was written
 */
export function authenticate(file: string, backup: ReadBackup, key: BackupKey): void {
  if (!key.holds(backup.manifestBytes, backup.seal)) {
    throw altered(file, "its manifest is not the one that the server has written");
  }
  const listed = backup.manifest.entries;
  for (const [index, wanted] of listed.entries()) {
    const there = backup.entries[index];
    if (there === undefined) throw altered(file, `${wanted.name} is missing`);
    if (there.name !== wanted.name) throw altered(file, `${there.name} stands where ${wanted.name} was`);
    const isSame = there.size === wanted.size && there.sha256 === wanted.sha256;
    if (!isSame) throw altered(file, `${wanted.name} in it is not what the server has written`);
  }
  const extra = backup.entries[listed.length];
  if (extra !== undefined) throw altered(file, `${extra.name} was added`);
}

/**
 * Reads the content of the entries again, once they are known to be good.
 * @param take is given each entry, and reads all of its content
 * @throws KeyholdError `invalid` if the file has changed since it was read
 */
export async function readEntries(
  file: string,
  backup: ReadBackup,
  take: (entry: VisitedEntry) => Promise<void>,
): Promise<void> {
  const known = new Map(backup.entries.map((entry) => [entry.name, entry]));
  await reading(file, [file], async (entry) => {
    const wanted = known.get(entry.name);
    if (wanted === undefined) return;
    const hash = createHash("sha256");
    await take({ ...entry, content: tapped(entry.content, hash) });
    if (hash.digest("hex") !== wanted.sha256) throw altered(file, "it has changed while it was read");
  });
}

async function* tapped(
  content: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

async function hashed({ name, size, content }: VisitedEntry): Promise<ManifestEntry> {
  const hash = createHash("sha256");
  await pipeline(content, async (chunks) => {
    for await (const chunk of chunks) hash.update(chunk);
  });
  return { name, size, sha256: hash.digest("hex") };
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
