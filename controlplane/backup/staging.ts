import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { Keyring } from "../keys/keyring.ts";
import { inspect } from "./snapshot.ts";

/** @throws KeyholdError `precondition` */
export function requireEmpty(directory: string): void {
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

/** Beside the directory, so that one rename does it. */
export async function writeBeside(directory: string, fill: (staged: string) => Promise<void>): Promise<void> {
  let staged: string | undefined;
  try {
    mkdirSync(dirname(directory), { recursive: true });
    staged = mkdtempSync(join(dirname(directory), `.${basename(directory)}.restore-`));
    await fill(staged);
    renameSync(staged, directory);
  } catch (thrown) {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
    throw thrown instanceof KeyholdError ? thrown : unusable(directory, thrown);
  }
}

/** @throws KeyholdError for a database that is damaged, or lacks one of its root keys. The whole of it is read, page by page, and that every root key it needs is there. */
export function checkDatabase(file: string, staged: string, keyring: Keyring): void {
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

function unusable(directory: string, thrown: unknown): KeyholdError {
  const isMount = ["EBUSY", "EXDEV"].includes(systemCodeOf(thrown) ?? "");
  return new KeyholdError({
    code: "precondition",
    message: `cannot restore into ${directory}: ${isMount ? "it is a mount point" : messageOf(thrown)}`,
    next: isMount ? "restore into a new directory inside of it" : "choose another directory with --data",
    cause: thrown,
  });
}
