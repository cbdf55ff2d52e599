import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import { recordServerEvent } from "../audit/server-events.ts";
import { MIGRATIONS } from "../database/migrations/migrations.ts";
import { openStore } from "../database.ts";
import { Keyring } from "../keys/keyring.ts";
import { parseKeyring, readKeyring } from "../keys/keyring-file.ts";
import { openRootKey } from "../keys/root-key.ts";
import { authenticate, type ReadBackup, readBackup, readEntries } from "./archive.ts";
import { BackupKey } from "./backup-key.ts";
import { altered, type BackupManifest, UNAUTHENTICATED_FORMAT } from "./manifest.ts";
import { checkDatabase, requireEmpty, writeBeside } from "./staging.ts";
import { bytesOf } from "./tar-file.ts";
import { writeNew, writeNewFrom } from "./write-new.ts";

export interface RestoreResult {
  readonly dataDirectory: string;
  /** When the backup was made, and of which revision. */
  readonly createTime: string;
  readonly revision: number;
  /** False for one of release 0.1.0: somebody may have altered it. */
  readonly authenticated: boolean;
}

/** What goes into the data directory as it is. */
const MODES = new Map([
  ["keyhold.db", 0o600],
  ["ca.crt", 0o644],
  ["server.crt", 0o644],
]);
const PRIVATE = new Set(["ca.key", "server.key", "owner-token"]);
const LARGEST_PRIVATE = 1024 * 1024;
/** The tables of release 0.1.0. */
const LAST_SCHEMA_OF_0_1 = 4;

export interface RestoreOptions {
  /** The keyring, where the backup does not hold it. */
  readonly keysFile?: string | undefined;
  /** Takes a backup of release 0.1.0 although this server's backups are authenticated. */
  readonly unauthenticated?: boolean | undefined;
}

/**
 * Makes a data directory of a backup, on which `server start` goes on as the old server did. The manifest and every entry are
 * proved to be what the server with this root key has written, before anything is written; then all of it is written beside the
 * directory, before one rename gives it its name: it is whole or not there at all.
 * @throws KeyholdError `invalid` for a file that is no whole backup or was altered, `precondition` for keys that are not its own,
 *   a directory that is not empty, a database of a newer program, or a backup that cannot be authenticated
 */
export async function restoreBackup(
  file: string,
  directory: string,
  options: RestoreOptions,
): Promise<RestoreResult> {
  requireEmpty(directory);
  const backup = await readBackup(file);
  const { manifest } = backup;
  if (manifest.schema > MIGRATIONS.length) throw tooNew(file, manifest.schema);
  const given = keyringOf(file, backup, options.keysFile);
  const by = { keyId: manifest.sealedBy.keyId, bytes: Buffer.from(manifest.sealedBy.wrapped, "base64") };
  const key = await BackupKey.open(given, by);
  const authenticated = manifest.formatVersion !== UNAUTHENTICATED_FORMAT;
  if (authenticated) authenticate(file, backup, key);
  else acceptUnauthenticated(file, manifest, given, options);
  // What is restored from an authenticated backup has its seals; what release 0.1.0 wrote gets them at the first start.
  const document = { ...given.document, credentialsSealed: authenticated || undefined };
  const keyring = new Keyring(given.id, document, openRootKey);
  await writeBeside(directory, async (staged) => {
    await extract(file, backup, key, staged);
    const text = `${JSON.stringify(keyring.document, null, 2)}\n`;
    writeNew(join(staged, "keys.json"), Buffer.from(text));
    checkDatabase(file, staged, keyring);
  });
  await writeDown(directory, manifest);
  const { createTime, revision } = manifest;
  return { dataDirectory: directory, createTime, revision, authenticated };
}

/**
 * A backup of release 0.1.0 can be altered by anybody who has it, and nothing shows that. It is good for a server that never ran
 * a later release; a later server has better ones, so that another one looks like an attempt to go around them.
 */
function acceptUnauthenticated(
  file: string,
  { schema }: BackupManifest,
  keyring: Keyring,
  { unauthenticated }: RestoreOptions,
): void {
  if (schema > LAST_SCHEMA_OF_0_1) throw altered(file, "its database is newer than the format of the file");
  if (unauthenticated === true || keyring.document.credentialsSealed !== true) return;
  throw new KeyholdError({
    code: "precondition",
    message: `the backup ${file} has the format of release 0.1.0, which anybody who had the file can alter without a trace; the server of these keys writes authenticated backups since its update`,
    next: "restore a backup that was made after the update; or, if only you could write to this file, add --unauthenticated-backup and check members, tokens, nodes and placements afterwards",
  });
}

async function extract(file: string, backup: ReadBackup, key: BackupKey, staged: string): Promise<void> {
  const missing = new Set(["keyhold.db", "private.sealed"]);
  await readEntries(file, backup, async (entry) => {
    missing.delete(entry.name);
    const mode = MODES.get(entry.name);
    if (mode !== undefined) await writeNewFrom(join(staged, entry.name), entry.content, mode);
    else if (entry.name === "private.sealed") {
      const sealed = await bytesOf(entry, LARGEST_PRIVATE);
      for (const each of await key.openFiles(sealed)) {
        if (PRIVATE.has(each.name)) writeNew(join(staged, each.name), each.content, 0o600);
      }
    } else for await (const _ of entry.content);
  });
  for (const name of missing) throw lacks(file, name);
}

/** In the log of the restored server: from here on it is another than the one that the backup is of. */
async function writeDown(directory: string, { createTime, revision }: BackupManifest): Promise<void> {
  const store = await openStore({ directory });
  try {
    const comment = `from a backup of ${createTime}, revision ${revision}`;
    await recordServerEvent(store.audit, "server/restored", comment);
  } finally {
    await store.close();
  }
}

function keyringOf(file: string, backup: ReadBackup, keysFile: string | undefined): Keyring {
  if (keysFile !== undefined) {
    const document = readKeyring(keysFile);
    if (document !== undefined) return new Keyring(keysFile, document, openRootKey);
    throw new KeyholdError({
      code: "invalid",
      message: `there is no file ${keysFile} (--keys)`,
      next: "give the keys.json of the server that the backup is of",
    });
  }
  if (backup.keyring !== undefined) {
    const document = parseKeyring(file, backup.keyring.toString("utf8"));
    return new Keyring(`keys.json in ${file}`, document, openRootKey);
  }
  throw new KeyholdError({
    code: "precondition",
    message: `the backup ${file} does not hold the root keys, and without them it cannot be read`,
    next: "give the keys.json of the server that it is of with --keys",
  });
}

function lacks(file: string, name: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the backup ${file} lacks ${name}`,
    next: "take another copy of it, or an older backup",
  });
}

function tooNew(file: string, schema: number): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the backup ${file} has schema ${schema}, and this program knows only ${MIGRATIONS.length}`,
    next: "restore it with the newer Keyhold that made it",
  });
}
