import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { Environment } from "../surroundings.ts";
import type { Session } from "./api.ts";

/**
 * Where `keyhold login` keeps what it was told: `$XDG_CONFIG_HOME/keyhold/login.json`, else `~/.config/keyhold/login.json`.
 * @throws KeyholdError `precondition` where neither variable is set
 */
export function loginPath(environment: Pick<Environment, "configHome" | "home">): string {
  if (environment.configHome?.startsWith("/")) return join(environment.configHome, "keyhold/login.json");
  if (environment.home !== undefined) return join(environment.home, ".config/keyhold/login.json");
  throw new KeyholdError({
    code: "precondition",
    message: "neither HOME nor XDG_CONFIG_HOME is set, so there is no place for the login",
    next: "set KEYHOLD_SERVER, KEYHOLD_CA_FILE and KEYHOLD_TOKEN instead",
  });
}

/**
 * The CA's certificate is kept itself, not its path: a login goes on working from any directory and when the file is moved.
 * Written beside and renamed, so that an interrupted login leaves the one before; nobody else can read it at any moment.
 */
export async function saveLogin(path: string, session: Session): Promise<void> {
  try {
    const temporary = await writeBeside(path, `${JSON.stringify(session, null, 2)}\n`);
    await rename(temporary, path);
  } catch (thrown) {
    throw cannotSave(path, thrown);
  }
}

/**
 * Tries whether {@link saveLogin} could write there now.
 * @throws KeyholdError `failed`
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await rm(await writeBeside(path, ""));
  } catch (thrown) {
    throw cannotSave(path, thrown);
  }
}

/** @returns the path of what was written */
async function writeBeside(path: string, text: string): Promise<string> {
  const temporary = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(temporary, text, { mode: 0o600 });
  // The mode above does not count for a file that an interrupted login has left.
  await chmod(temporary, 0o600);
  return temporary;
}

function cannotSave(path: string, thrown: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `cannot save the login in ${path}: ${messageOf(thrown)}`,
    next: "make the directory writable, or set KEYHOLD_SERVER, KEYHOLD_CA_FILE and KEYHOLD_TOKEN instead",
    cause: thrown,
  });
}

/** @returns undefined if nobody has logged in */
export async function readLogin(path: string): Promise<Session | undefined> {
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw unusable(path, messageOf(thrown));
  });
  return text === undefined ? undefined : parseLogin(text, path);
}

function parseLogin(text: string, path: string): Session {
  const found = fieldsOf(text);
  const { server, ca, token } = found ?? {};
  if (typeof server !== "string" || typeof token !== "string") throw unusable(path, "it is not complete");
  return { server, token, ca: typeof ca === "string" ? ca : undefined };
}

/** No reason is passed on: a JSON error quotes the text, and the text holds the token. */
function fieldsOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function unusable(path: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `the saved login ${path} cannot be used: ${reason}`,
    next: "log in again: keyhold login --server HOST:PORT --ca-file FILE",
  });
}
