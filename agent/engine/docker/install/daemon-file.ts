import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { KeyholdError } from "../../../../common/errors.ts";
import { RUNTIME_NAME } from "../../../runtime/helper-settings.ts";
import { removeMember, setMember } from "./json-edit.ts";

/*
 * The engine's daemon.json: what is to stand in it, as pure functions on its text. Everything else in it stays byte for byte.
 */

interface Daemon {
  readonly runtimes?: Readonly<Record<string, { readonly path?: unknown } | undefined>>;
  readonly "default-runtime"?: unknown;
}

export interface DaemonWish {
  readonly helper: string;
  readonly isDefault: boolean;
}

/** @throws KeyholdError `precondition`, naming the file, for what an engine would not accept either */
export function readDaemonFile(path: string, text: string | undefined): Daemon {
  if (text === undefined || text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unfit(path, `it is not JSON${whereNot(text)}`, cause);
  }
  if (!isObject(value)) throw unfit(path, "it is not a JSON object");
  if (value.runtimes !== undefined && !isObject(value.runtimes)) {
    throw unfit(path, '"runtimes" is not an object');
  }
  return value;
}

/** @throws KeyholdError `precondition` where somebody else's runtime has our name */
export function withRuntime(path: string, text: string | undefined, wish: DaemonWish): string {
  const foreign = readDaemonFile(path, text).runtimes?.[RUNTIME_NAME];
  if (foreign !== undefined && foreign.path !== wish.helper) {
    throw new KeyholdError({
      code: "precondition",
      message: `${path} has a runtime ${RUNTIME_NAME} that is not this installation's: ${JSON.stringify(foreign.path)}`,
      next: "take it out of the file and reload the engine (or run the uninstall of whatever put it there), then try again",
    });
  }
  const entry = { path: wish.helper };
  const isDefault = wish.isDefault ? { "default-runtime": RUNTIME_NAME } : {};
  if (text === undefined || text.trim() === "") {
    return `${JSON.stringify({ runtimes: { [RUNTIME_NAME]: entry }, ...isDefault }, undefined, 2)}\n`;
  }
  const added = setMember(text, ["runtimes", RUNTIME_NAME], entry);
  return wish.isDefault ? setMember(added, ["default-runtime"], RUNTIME_NAME) : added;
}

/** The default runtime that a file names, if any. */
export function defaultRuntimeIn(path: string, text: string | undefined): string | undefined {
  const name = readDaemonFile(path, text)["default-runtime"];
  return typeof name === "string" ? name : undefined;
}

/**
 * Takes out what points to our helper, and puts back the default runtime that was there before: with ours the engine would not
 * start any more.
 */
export function withoutRuntime(
  path: string,
  text: string,
  helper: string,
  previousDefault: string | undefined,
): string {
  const daemon = readDaemonFile(path, text);
  if (daemon.runtimes?.[RUNTIME_NAME]?.path !== helper) return text;
  const others = Object.keys(daemon.runtimes).length > 1;
  const without = removeMember(text, others ? ["runtimes", RUNTIME_NAME] : ["runtimes"]);
  if (daemon["default-runtime"] !== RUNTIME_NAME) return without;
  if (previousDefault !== undefined) return setMember(without, ["default-runtime"], previousDefault);
  return removeMember(without, ["default-runtime"]);
}

/**
 * What a running engine has to read to forget us: it keeps runtimes and a default that a file does not mention.
 * @param text what is to stand there in the end
 */
export function forgettingText(path: string, text: string | undefined): string {
  const daemon = readDaemonFile(path, text);
  const whole = text === undefined || text.trim() === "" ? "{}\n" : text;
  const runtimes = daemon.runtimes === undefined ? setMember(whole, ["runtimes"], {}) : whole;
  return daemon["default-runtime"] === undefined
    ? setMember(runtimes, ["default-runtime"], "runc")
    : runtimes;
}

/** Where the text is not JSON and why, as far as the parser can tell; empty if it cannot. */
function whereNot(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first === undefined) return "";
  const line = text.slice(0, first.offset).split("\n").length;
  const words = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, "$1 $2");
  return `: line ${line}, ${words.toLowerCase()}`;
}

function isObject(value: unknown): value is Record<string, Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unfit(path: string, reason: string, cause?: unknown): KeyholdError {
  const next = "correct it by hand, then try again; nothing was changed";
  return new KeyholdError({ code: "precondition", message: `cannot change ${path}: ${reason}`, next, cause });
}
