import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { Keyring, type OpenRootKey, openLocalKey } from "./keyring.ts";
import {
  KEYRING_DOCUMENT,
  type KeyPlace,
  type KeyringDocument,
  newKeyringDocument,
} from "./keyring-document.ts";

/**
 * Reads `keys.json`, or makes it for a new database.
 * @param options.mayCreate false where a database exists already: its keys are lost, and new ones would hide that
 * @param options.first where the first root key of a new database is to be
 * @throws KeyholdError `precondition`, naming the file
 */
export function openKeyring(
  file: string,
  options: { mayCreate: boolean; now: number; first?: KeyPlace | undefined; openKey?: OpenRootKey },
): Keyring {
  const { openKey = openLocalKey } = options;
  const document = readKeyring(file);
  if (document !== undefined) return new Keyring(file, document, openKey);
  if (options.mayCreate) {
    const made = newKeyringDocument(options.now, options.first);
    const keyring = new Keyring(file, made, openKey);
    create(file, textOf(made));
    return keyring;
  }
  throw new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} is missing, and without it the database beside it cannot be read`,
    next: "put back the keys.json that belongs to this database",
  });
}

/**
 * The keyring's content, or undefined if there is no such file.
 * @throws KeyholdError `precondition`, naming the file
 */
export function readKeyring(file: string): KeyringDocument | undefined {
  const text = read(file);
  return text === undefined ? undefined : parseKeyring(file, text);
}

/** Puts a whole new keyring in the place of the old one, on the disk before it returns; a crash leaves the one or the other. */
export function replaceKeyring(file: string, document: KeyringDocument): void {
  const beside = `${file}.new`;
  try {
    rmSync(beside, { force: true });
    writeDurably(beside, textOf(document));
    renameSync(beside, file);
    syncDirectory(dirname(file));
  } catch (thrown) {
    removeIfPossible(beside);
    throw new KeyholdError({
      code: "failed",
      message: `the keyring ${file} cannot be written: ${messageOf(thrown)}`,
      next: "check the space and the permissions of its directory, then try again",
      cause: thrown,
    });
  }
}

/** What was in the way says more than that this failed too. */
function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next attempt tries again.
  }
}

function textOf(document: KeyringDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function read(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw tooOpen(file);
    return readFileSync(file, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    if (thrown instanceof KeyholdError) throw thrown;
    throw unusable(file, messageOf(thrown), thrown);
  }
}

/** A whole file or none: written beside, then linked to its name, which fails if the name is there already. */
function create(file: string, text: string): void {
  const beside = `${file}.new`;
  try {
    rmSync(beside, { force: true });
    writeDurably(beside, text);
    linkSync(beside, file);
    rmSync(beside);
    syncDirectory(dirname(file));
  } catch (thrown) {
    throw unusable(file, messageOf(thrown), thrown);
  }
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Messages of the JSON parser quote the text: it holds keys, so they stay inside.
 * @param file names it in errors
 */
export function parseKeyring(file: string, text: string): KeyringDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not JSON");
  }
  const parsed = KEYRING_DOCUMENT.safeParse(document);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw unusable(file, `${where === "" ? "it" : where} is not as expected`);
}

function unusable(file: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} cannot be used: ${reason}`,
    next: "put back the keys.json that belongs to this database",
    cause,
  });
}

function tooOpen(file: string): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} can be read by other users`,
    next: `close it with: chmod 600 ${file}`,
  });
}
