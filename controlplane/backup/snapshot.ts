import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { Keyring } from "../keys/keyring.ts";
import { readKeyring } from "../keys/keyring-file.ts";
import { openRootKey } from "../keys/root-key.ts";

/** Milliseconds to wait for a writer that is just committing. */
const BUSY_TIMEOUT = 10_000;
const TRIES = 5;
const PREFIX = ".backup-";
/** Milliseconds after which a copy belongs to a backup that was killed. */
const ABANDONED = 24 * 60 * 60_000;

/** A copy of the database as of one moment, and the keyring that opens all of it. */
export interface Snapshot {
  /** In a directory of its own, which `remove` removes. */
  readonly databaseFile: string;
  readonly keyring: Keyring;
  readonly schema: number;
  readonly revision: number;
  remove(): void;
}

/**
 * Copies the database while a server may be writing to it: VACUUM INTO reads as of one commit and holds up nobody. The root
 * keys may be rotated meanwhile; a keyring that lacks one that the copy needs is read again with a new copy.
 * @throws KeyholdError `precondition` if the keyring does not fit, `failed` if the copy cannot be made
 */
export function takeSnapshot(directory: string): Snapshot {
  // Beside the database: never in /tmp, which others can read or which is too small.
  removeAbandoned(directory);
  const temporary = mkdtempSync(join(directory, PREFIX));
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  try {
    for (let attempt = 1; ; attempt += 1) {
      const databaseFile = join(temporary, `copy-${attempt}.db`);
      copyDatabase(join(directory, "keyhold.db"), databaseFile);
      const keyring = keyringOf(directory);
      const facts = inspect(databaseFile);
      const lacking = facts.keyIds.filter((id) => keyring.document.keys.every((key) => key.id !== id));
      if (lacking.length === 0) return { ...facts, databaseFile, keyring, remove };
      if (attempt === TRIES) throw lacks(keyring.id, lacking);
      rmSync(databaseFile);
    }
  } catch (thrown) {
    remove();
    throw KeyholdError.from(thrown, `the database in ${directory} cannot be copied`);
  }
}

function removeAbandoned(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (!name.startsWith(PREFIX) || Date.now() - statSync(path).mtimeMs < ABANDONED) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function keyringOf(directory: string): Keyring {
  const file = join(directory, "keys.json");
  const document = readKeyring(file);
  if (document !== undefined) return new Keyring(file, document, openRootKey);
  throw new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} is missing, and a backup without it could never be read`,
    next: "put back the keys.json that belongs to this database",
  });
}

function copyDatabase(from: string, to: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(from, { timeout: BUSY_TIMEOUT });
    database.prepare("VACUUM INTO ?").run(to);
  } catch (thrown) {
    throw new KeyholdError({
      code: "failed",
      message: `the database ${from} cannot be copied: ${messageOf(thrown)}`,
      next: "check the space and the permissions of its directory, then try again",
      cause: thrown,
    });
  } finally {
    database?.close();
  }
}

/** What a copy says of itself. Read only, and without making files beside it. */
export function inspect(databaseFile: string): {
  readonly schema: number;
  readonly revision: number;
  readonly keyIds: readonly string[];
} {
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  try {
    const number = (sql: string) => Number(database.prepare(sql).get()?.value ?? 0);
    const table = hasKeys(database, "secrets") ? "secrets" : "secret_versions";
    const ids = database.prepare(`SELECT key_id FROM ${table} UNION SELECT key_id FROM wrapped_keys`).all();
    return {
      schema: number("SELECT max(version) AS value FROM schema_migrations"),
      revision: number("SELECT value FROM counters WHERE name = 'revision'"),
      keyIds: ids.map(({ key_id }) => String(key_id)),
    };
  } finally {
    database.close();
  }
}

/** Release 0.1.0 had one data key for each secret. */
function hasKeys(database: DatabaseSync, table: string): boolean {
  const columns = database.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return columns.some(({ name }) => name === "key_id");
}

function lacks(file: string, ids: readonly string[]): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} has no key ${ids.join(", ")}, which the database needs`,
    next: "put back the keys.json that belongs to this database",
  });
}
