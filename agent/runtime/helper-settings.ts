import { KeyholdError } from "../../common/errors.ts";

/** The name under which the engine knows our runtime: `docker run --runtime keyhold`. */
export const RUNTIME_NAME = "keyhold";

/** What the helper finds in the file beside it; keyhold-runtime.c says what each is for. */
export interface HelperSettings {
  readonly socket: string;
  readonly dataRoot: string;
  /** The real runtime: a path, or a name that the helper looks up in the engine's PATH. Default: runc. */
  readonly runtime?: string;
  /** Arguments for it, before those of each call. */
  readonly runtimeArgs?: readonly string[];
  readonly waitMs?: number;
  readonly answerMs?: number;
}

/** The settings file's text. Throws `invalid` for a value that cannot stand in it. */
export function formatHelperSettings(settings: HelperSettings): string {
  const lines: [string, string | number | undefined][] = [
    ["socket", settings.socket],
    ["data_root", settings.dataRoot],
    ["runtime", settings.runtime],
    ...(settings.runtimeArgs ?? []).map((each): [string, string] => ["runtime_arg", each]),
    ["wait_ms", settings.waitMs],
    ["answer_ms", settings.answerMs],
  ];
  const text = lines.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${checked(key, value)}\n`],
  );
  return `# Settings of keyhold-runtime, written by: keyhold agent install\n${text.join("")}`;
}

const WANTED: Readonly<Record<string, string>> = {
  socket: "an absolute path on one line",
  data_root: "an absolute path on one line",
  runtime: "a program on one line",
  runtime_arg: "an argument on one line",
};

function isUsable(key: string, value: string | number): boolean {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0;
  if (key === "runtime_arg") return true;
  return key === "runtime" ? value !== "" : value.startsWith("/");
}

function checked(key: string, value: string | number): string {
  const text = String(value);
  if (isUsable(key, value) && !/[\n\0]/.test(text)) return text;
  const wanted = key.endsWith("_ms") ? "a whole number of milliseconds" : WANTED[key];
  throw new KeyholdError({
    code: "invalid",
    message: `the runtime helper's setting ${key} cannot be ${JSON.stringify(value)}: it has to be ${wanted}`,
    field: key,
  });
}
