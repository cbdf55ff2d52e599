import { KeyholdError } from "../../common/errors.ts";
import { removeMember, setMember } from "./json-edit.ts";

/** The name under which the engine knows our runtime: `docker run --runtime keyhold`. */
export const RUNTIME_NAME = "keyhold";

/** What the helper finds in the file beside it; keyhold-runtime.c says what each is for. Paths are absolute. */
export interface HelperSettings {
  readonly socket: string;
  readonly dataRoot: string;
  readonly runtime?: string;
  readonly waitMs?: number;
  readonly answerMs?: number;
}

/** The engine's daemon.json before and after. */
export interface DaemonPlan {
  /** What to write now; undefined to leave the file alone. */
  readonly write: string | undefined;
  /**
   * What to leave behind once the engine has read `write`: text, or null for no file. Undefined where `write` is final.
   * Docker forgets a runtime only when it reads a file whose `runtimes` lacks it; a file without `runtimes` changes nothing.
   */
  readonly afterReload: string | null | undefined;
}

/** The settings file's text. Throws `invalid` for a value that cannot stand in it. */
export function formatHelperSettings(settings: HelperSettings): string {
  const lines: [string, string | number | undefined][] = [
    ["socket", settings.socket],
    ["data_root", settings.dataRoot],
    ["runtime", settings.runtime],
    ["wait_ms", settings.waitMs],
    ["answer_ms", settings.answerMs],
  ];
  const text = lines.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${checked(key, value)}\n`],
  );
  return `# Settings of keyhold-runtime, written by: keyhold agent install\n${text.join("")}`;
}

/**
 * Adds our runtime to daemon.json's text (undefined: there is no file), everything else byte for byte as it was. Throws
 * `precondition`, and names the file, where the text is not what an engine would accept.
 */
export function planDaemonInstall(path: string, text: string | undefined, helperPath: string): DaemonPlan {
  const current = text === undefined || text.trim() === "" ? "" : text;
  if (current !== "") readDaemon(path, current);
  const next =
    current === ""
      ? fromNothing(helperPath)
      : setMember(current, ["runtimes", RUNTIME_NAME], { path: helperPath });
  return { write: next === text ? undefined : next, afterReload: undefined };
}

/**
 * Takes our runtime out again. Afterwards the file is what it was before the installation, or is gone if that made it. Throws
 * as `planDaemonInstall` does, and where the engine would be left with a default runtime that does not exist.
 */
export function planDaemonUninstall(path: string, text: string | undefined, helperPath: string): DaemonPlan {
  if (text === undefined || text.trim() === "") return { write: undefined, afterReload: undefined };
  const daemon = readDaemon(path, text);
  if (daemon["default-runtime"] === RUNTIME_NAME) {
    throw unfit(
      path,
      `its default-runtime is ${RUNTIME_NAME}`,
      'set "default-runtime" to "runc", reload the engine, then try again',
    );
  }
  const without = removeMember(text, ["runtimes", RUNTIME_NAME]);
  if (without === text) return { write: undefined, afterReload: undefined };
  if (Object.keys(readDaemon(path, without).runtimes ?? {}).length > 0)
    return { write: without, afterReload: undefined };
  const made = text === fromNothing(helperPath);
  return { write: without, afterReload: made ? null : removeMember(without, ["runtimes"]) };
}

function fromNothing(helperPath: string): string {
  return `${JSON.stringify({ runtimes: { [RUNTIME_NAME]: { path: helperPath } } }, undefined, 2)}\n`;
}

interface Daemon {
  readonly runtimes?: Readonly<Record<string, unknown>>;
  readonly "default-runtime"?: unknown;
}

function readDaemon(path: string, text: string): Daemon {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unfit(path, "it is not JSON", "correct it by hand (nothing was changed)", cause);
  }
  if (!isObject(value))
    throw unfit(path, "it is not a JSON object", "correct it by hand (nothing was changed)");
  if (value.runtimes !== undefined && !isObject(value.runtimes)) {
    throw unfit(path, '"runtimes" is not an object', "correct it by hand (nothing was changed)");
  }
  return value as Daemon;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checked(key: string, value: string | number): string {
  const text = String(value);
  const fits = typeof value === "number" ? Number.isInteger(value) && value >= 0 : value.startsWith("/");
  if (fits && !/[\n\0]/.test(text)) return text;
  const wanted =
    typeof value === "number" ? "a whole number of milliseconds" : "an absolute path on one line";
  throw new KeyholdError({
    code: "invalid",
    message: `the runtime helper's setting ${key} cannot be ${JSON.stringify(value)}: it has to be ${wanted}`,
    field: key,
  });
}

function unfit(path: string, reason: string, next: string, cause?: unknown): KeyholdError {
  return new KeyholdError({ code: "precondition", message: `cannot change ${path}: ${reason}`, next, cause });
}
