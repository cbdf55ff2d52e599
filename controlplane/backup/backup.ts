import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import { VERSION } from "../../common/version.ts";
import { requireDatabase } from "../database/require-database.ts";
import { isKmsKey } from "../keys/keyring-document.ts";
import { BackupKey } from "./backup-key.ts";
import { sealedSources } from "./sealed-sources.ts";
import { takeSnapshot } from "./snapshot.ts";
import { packTar, type SmallFile, type TarSource } from "./tar-file.ts";
import { writeNewFrom } from "./write-new.ts";

/** Files of the data directory that anybody may see. */
const PUBLIC = ["ca.crt", "server.crt"];
/** Whoever has one of these can act as the server or its owner. The owner's token may have been taken away. */
const PRIVATE = ["ca.key", "server.key", "owner-token"];
const NEEDED = new Set(["ca.crt", "ca.key"]);

export interface BackupResult {
  readonly file: string;
  /** Bytes */
  readonly size: number;
  /** The revision it is as of. */
  readonly revision: number;
  /** Whether whoever has the file can read every secret. */
  readonly withKeys: boolean;
  /** Whether the keyring is in it: its root keys in a KMS are only named by it. */
  readonly withKeyring: boolean;
}

/**
 * Writes one file from which {@link restoreBackup} makes an identical service. A server may be running on the directory, and
 * may be written to: the backup is as of one revision.
 * @param options.withKeys also the root keys that are in the keyring's file
 * @throws KeyholdError `not-found` if there is no database, `exists` if the file is there; nothing is half-written
 */
export async function backupDirectory(
  directory: string,
  file: string,
  options: { withKeys: boolean; now: number },
): Promise<BackupResult> {
  requireDatabase(directory);
  if (existsSync(file)) throw taken(file);
  const snapshot = takeSnapshot(directory);
  try {
    const { keyring, schema, revision } = snapshot;
    const { key, by } = await BackupKey.make(keyring);
    const holdsKeys = !keyring.document.keys.every(isKmsKey);
    const withKeys = options.withKeys && holdsKeys;
    const withKeyring = options.withKeys || !holdsKeys;
    const keys = Buffer.from(`${JSON.stringify(keyring.document, null, 2)}\n`);
    const sealed = await key.sealFiles(filesOf(directory, PRIVATE, 0o600), options.now);
    const files: readonly TarSource[] = [
      ...(withKeyring ? [{ name: "keys.json", mode: 0o600, content: keys }] : []),
      { name: "keyhold.db", mode: 0o600, from: snapshot.databaseFile },
      ...filesOf(directory, PUBLIC, 0o644),
      { name: "private.sealed", mode: 0o600, content: sealed },
    ];
    const manifest = {
      createTime: new Date(options.now).toISOString(),
      program: VERSION,
      schema,
      revision,
      withKeys,
      sealedBy: { keyId: by.keyId, wrapped: Buffer.from(by.bytes).toString("base64") },
    };
    const sources = await sealedSources(manifest, files, key);
    const size = await writeNewFrom(file, packTar(sources, options.now));
    return { file, size, revision, withKeys, withKeyring };
  } finally {
    snapshot.remove();
  }
}

function filesOf(directory: string, names: readonly string[], mode: number): readonly SmallFile[] {
  return names.flatMap((name) => {
    const path = join(directory, name);
    if (existsSync(path)) return [{ name, mode, content: readFileSync(path) }];
    if (!NEEDED.has(name)) return [];
    throw new KeyholdError({
      code: "precondition",
      message: `${path} is missing, and without it every node has to join again`,
      next: "start the server once on this directory, or put the file back",
    });
  });
}

function taken(file: string): KeyholdError {
  return new KeyholdError({
    code: "exists",
    message: `${file} exists already`,
    next: "give the name of a new file: a backup never overwrites another",
  });
}
