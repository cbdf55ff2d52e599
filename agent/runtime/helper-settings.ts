import { KeyholdError } from "../../common/errors.ts";

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
