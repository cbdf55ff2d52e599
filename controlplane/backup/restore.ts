import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { recordServerEvent } from "../audit/server-events.ts";
import { MIGRATIONS } from "../database/migrations.ts";
import { openStore } from "../database.ts";
import { Keyring } from "../keys/keyring.ts";
import { parseKeyring, readKeyring } from "../keys/keyring-file.ts";
import { openRootKey } from "../keys/root-key.ts";
import { type Backup, unpackBackup } from "./archive.ts";
import { unsealFiles } from "./sealed-files.ts";
import { inspect } from "./snapshot.ts";
import type { TarEntry } from "./tar.ts";
import { writeNew } from "./write-new.ts";

export interface RestoreResult {
  readonly dataDirectory: string;
  /** When the backup was made, and of which revision. */
  readonly createTime: string;
  readonly revision: number;
}

/**
 * Makes a data directory of a backup, on which `server start` goes on as the old server did. Everything is checked, and
 * written beside the directory, before one rename gives it its name: it is whole or not there at all.
 * @param options.keysFile the keyring, where the backup does not hold it
 * @throws KeyholdError `invalid` for a file that is no whole backup, `precondition` for keys that are not its own, a directory
 *   that is not empty, or a database of a newer program
 */
export async function restoreBackup(
  file: string,
  directory: string,
  options: { keysFile?: string | undefined },
): Promise<RestoreResult> {
  requireEmpty(directory);
  const backup = unpackBackup(file, readBackup(file));
  const { manifest } = backup;
  if (manifest.schema > MIGRATIONS.length) throw tooNew(file, manifest.schema);
  const keyring = keyringOf(file, backup, options.keysFile);
  const sealed = contentOf(file, backup, "private.sealed");
  const by = { keyId: manifest.sealedBy.keyId, bytes: Buffer.from(manifest.sealedBy.wrapped, "base64") };
  const files: TarEntry[] = [
    { name: "keyhold.db", mode: 0o600, content: contentOf(file, backup, "keyhold.db") },
    {
      name: "keys.json",
      mode: 0o600,
      content: Buffer.from(`${JSON.stringify(keyring.document, null, 2)}\n`),
    },
    ...["ca.crt", "server.crt"].flatMap((name) => backup.files.get(name) ?? []),
    ...(await unsealFiles(keyring, sealed, by)),
  ];
  write(directory, files, (staged) => checkDatabase(file, staged, keyring));
  await writeDown(directory, manifest);
  return { dataDirectory: directory, createTime: manifest.createTime, revision: manifest.revision };
}

/** In the log of the restored server: from here on it is another than the one that the backup is of. */
async function writeDown(directory: string, { createTime, revision }: Backup["manifest"]): Promise<void> {
  const store = await openStore({ directory });
  try {
    const comment = `from a backup of ${createTime}, revision ${revision}`;
    await recordServerEvent(store.audit, "server/restored", comment);
  } finally {
    await store.close();
  }
}

function readBackup(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    throw new KeyholdError({
      code: systemCodeOf(thrown) === "ENOENT" ? "not-found" : "failed",
      message: `cannot read the backup ${file}: ${messageOf(thrown)}`,
      next: "give a file that keyhold server backup has written",
      cause: thrown,
    });
  }
}

function requireEmpty(directory: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return;
    throw unusable(directory, thrown);
  }
  if (names.length === 0) return;
  throw new KeyholdError({
    code: "precondition",
    message: `${directory} is not empty`,
    next: "restore into a new directory: nothing is ever restored over a server",
  });
}

function keyringOf(file: string, backup: Backup, keysFile: string | undefined): Keyring {
  if (keysFile !== undefined) {
    const document = readKeyring(keysFile);
    if (document !== undefined) return new Keyring(keysFile, document, openRootKey);
    throw new KeyholdError({
      code: "invalid",
      message: `there is no file ${keysFile} (--keys)`,
      next: "give the keys.json of the server that the backup is of",
    });
  }
  const entry = backup.files.get("keys.json");
  if (entry !== undefined) {
    return new Keyring(
      `keys.json in ${file}`,
      parseKeyring(file, entry.content.toString("utf8")),
      openRootKey,
    );
  }
  throw new KeyholdError({
    code: "precondition",
    message: `the backup ${file} does not hold the root keys, and without them it cannot be read`,
    next: "give the keys.json of the server that it is of with --keys",
  });
}

function contentOf(file: string, backup: Backup, name: string): Buffer {
  const entry = backup.files.get(name);
  if (entry !== undefined) return entry.content;
  throw new KeyholdError({
    code: "invalid",
    message: `the backup ${file} lacks ${name}`,
    next: "take another copy of it, or an older backup",
  });
}

/** Beside the directory, so that one rename does it. */
function write(directory: string, files: readonly TarEntry[], check: (staged: string) => void): void {
  let staged: string | undefined;
  try {
    mkdirSync(dirname(directory), { recursive: true });
    staged = mkdtempSync(join(dirname(directory), `.${basename(directory)}.restore-`));
    for (const { name, mode, content } of files) writeNew(join(staged, name), content, mode);
    check(staged);
    renameSync(staged, directory);
  } catch (thrown) {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
    throw thrown instanceof KeyholdError ? thrown : unusable(directory, thrown);
  }
}

/** The whole of it, page by page, and that every root key it needs is there. */
function checkDatabase(file: string, staged: string, keyring: Keyring): void {
  const databaseFile = join(staged, "keyhold.db");
  const database = new DatabaseSync(databaseFile);
  try {
    const [row] = database.prepare("PRAGMA integrity_check").all();
    if (row?.integrity_check !== "ok") throw damagedDatabase(file);
  } finally {
    database.close();
  }
  const lacking = inspect(databaseFile).keyIds.filter((id) =>
    keyring.document.keys.every((key) => key.id !== id),
  );
  if (lacking.length > 0) throw wrongKeys(file, keyring.id, lacking);
  for (const extra of ["keyhold.db-wal", "keyhold.db-shm"]) {
    if (existsSync(join(staged, extra))) rmSync(join(staged, extra));
  }
}

function damagedDatabase(file: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the database in the backup ${file} is damaged`,
    next: "restore an older backup",
  });
}

function wrongKeys(file: string, keys: string, lacking: readonly string[]): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `${keys} has no key ${lacking.join(", ")}, which the backup ${file} needs`,
    next: "give the keys.json as it was when the backup was made with --keys",
  });
}

function tooNew(file: string, schema: number): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the backup ${file} has schema ${schema}, and this program knows only ${MIGRATIONS.length}`,
    next: "restore it with the newer Keyhold that made it",
  });
}

function unusable(directory: string, thrown: unknown): KeyholdError {
  const isMount = ["EBUSY", "EXDEV"].includes(systemCodeOf(thrown) ?? "");
  return new KeyholdError({
    code: "precondition",
    message: `cannot restore into ${directory}: ${isMount ? "it is a mount point" : messageOf(thrown)}`,
    next: isMount ? "restore into a new directory inside of it" : "choose another directory with --data",
    cause: thrown,
  });
}
