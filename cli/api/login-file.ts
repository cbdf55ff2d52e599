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

/** All saved logins. `current` names the one that commands use; undefined: none is chosen. */
export interface Logins {
  readonly current: string | undefined;
  readonly contexts: Readonly<Record<string, Session>>;
}

/** The context of `keyhold login` without `--context`, and of files that earlier releases wrote. */
export const DEFAULT_CONTEXT = "default";

const NO_LOGINS: Logins = { current: undefined, contexts: {} };

/**
 * Writes all logins. A CA's certificate is kept itself, not its path: a login goes on working from any directory and when the
 * file is moved. Written beside and renamed, so that an interruption leaves the file before; only its owner can read it at any
 * moment.
 */
export async function saveLogins(path: string, logins: Logins): Promise<void> {
  try {
    const temporary = await writeBeside(path, `${JSON.stringify(logins, null, 2)}\n`);
    await rename(temporary, path);
  } catch (thrown) {
    throw cannotSave(path, thrown);
  }
}

/** Saves one login under a name and makes it the current one. */
export async function saveLogin(path: string, context: string, session: Session): Promise<void> {
  const { contexts } = await readLogins(path);
  await saveLogins(path, { current: context, contexts: { ...contexts, [context]: session } });
}

/**
 * Tries whether {@link saveLogins} could write there now.
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

/**
 * @returns no contexts where no login is saved
 * @throws KeyholdError `failed` for a file that cannot be read
 */
export async function readLogins(path: string): Promise<Logins> {
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw unusable(path, messageOf(thrown));
  });
  return text === undefined ? NO_LOGINS : parseLogins(text, path);
}

function parseLogins(text: string, path: string): Logins {
  const found = fieldsOf(text) ?? {};
  const { current, contexts } = found;
  // Up to release 0.1 the file held one login.
  if (contexts === undefined)
    return { current: DEFAULT_CONTEXT, contexts: { [DEFAULT_CONTEXT]: parseLogin(found, path) } };
  if (typeof contexts !== "object" || contexts === null) throw unusable(path, "it is not complete");
  const read = Object.entries(contexts).map(([name, login]): [string, Session] => [
    name,
    parseLogin({ ...(login as object) }, path),
  ]);
  return { current: typeof current === "string" ? current : undefined, contexts: Object.fromEntries(read) };
}

function parseLogin({ server, ca, token }: Record<string, unknown>, path: string): Session {
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
