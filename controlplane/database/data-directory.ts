import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { lockFile } from "../../common/files/process-lock.ts";

export interface DataDirectory {
  readonly path: string;
  readonly databaseFile: string;
  readonly keysFile: string;
  /** Lets another process have the directory. */
  unlock(): void;
}

/**
 * Makes the directory (0700) where it is missing, and takes it for this process alone.
 * @throws KeyholdError `precondition` if it cannot be written, is open to others or is in use
 */
export function openDataDirectory(path: string): DataDirectory {
  const databaseFile = join(path, "keyhold.db");
  prepare(path, databaseFile);
  return { path, databaseFile, keysFile: join(path, "keys.json"), unlock: lock(path) };
}

function prepare(path: string, databaseFile: string): void {
  try {
    makeDirectory(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!isPrivate(path)) makePrivate(path, databaseFile);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) throw thrown;
    throw new KeyholdError({
      code: "precondition",
      message: `the data directory ${path} cannot be written: ${systemCodeOf(thrown) ?? messageOf(thrown)}`,
      next: "choose another with --data, or give this user the right to write it",
      cause: thrown,
    });
  }
}

/** Node's own `recursive` never returns where mkdir answers ENOENT below a directory that is there, as under /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 });
}

function isPrivate(path: string): boolean {
  return (statSync(path).mode & 0o077) === 0;
}

/** Closes a directory that is ours. One with other things in it may be `/tmp`: that is not ours to close. */
function makePrivate(path: string, databaseFile: string): void {
  if (existsSync(databaseFile) || readdirSync(path).length === 0) {
    chmodSync(path, 0o700);
    return;
  }
  throw new KeyholdError({
    code: "precondition",
    message: `the data directory ${path} can be read by other users and holds other files`,
    next: `choose another with --data, or close it with: chmod 700 ${path}`,
  });
}

/** The lock is a file of its own: on `keyhold.db` it would shut out backups. */
function lock(path: string): () => void {
  const release = lockOrRefuse(path);
  if (release !== undefined) return release;
  throw new KeyholdError({
    code: "precondition",
    message: `the data directory ${path} is in use by another Keyhold server`,
    next: "stop that one, or choose another directory with --data",
  });
}

function lockOrRefuse(path: string): (() => void) | undefined {
  try {
    return lockFile(join(path, "keyhold.lock"));
  } catch (cause) {
    throw new KeyholdError({
      code: "precondition",
      message: `the data directory ${path} cannot be locked: ${messageOf(cause)}`,
      next: "choose another with --data, or give this user the right to write it",
      cause,
    });
  }
}
