import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { KEY_BYTES } from "./envelope.ts";
import { Keyring, newKeyringDocument } from "./keyring.ts";

const KEY = z.strictObject({
  id: z.string().min(1),
  key: z.string().refine((text) => Buffer.from(text, "base64").length === KEY_BYTES, "is not 32 bytes"),
  createTime: z.string(),
});
const DOCUMENT = z.strictObject({ primary: z.string(), keys: z.array(KEY).min(1) });

/**
 * Reads `keys.json`, or makes it for a new database.
 * @param mayCreate false where a database exists already: its keys are lost, and new ones would hide that
 * @throws KeyholdError `precondition`, naming the file
 */
export function openKeyring(file: string, options: { mayCreate: boolean; now: number }): Keyring {
  const text = read(file) ?? (options.mayCreate ? create(file, options.now) : undefined);
  if (text !== undefined) return new Keyring(file, parse(file, text));
  throw new KeyholdError({
    code: "precondition",
    message: `the keyring ${file} is missing, and without it the database beside it cannot be read`,
    next: "put back the keys.json that belongs to this database",
  });
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
function create(file: string, now: number): string {
  const text = `${JSON.stringify(newKeyringDocument(now), null, 2)}\n`;
  const beside = `${file}.new`;
  try {
    rmSync(beside, { force: true });
    writeDurably(beside, text);
    linkSync(beside, file);
    rmSync(beside);
    syncDirectory(dirname(file));
    return text;
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

/** Messages of the JSON parser quote the text: it holds keys, so they stay inside. */
function parse(file: string, text: string): z.infer<typeof DOCUMENT> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not JSON");
  }
  const parsed = DOCUMENT.safeParse(document);
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
