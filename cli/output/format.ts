/** A point in time as the API sends it. */
export interface ApiTime {
  readonly seconds: number;
  readonly nanos: number;
}

export function toDate(time: ApiTime): Date {
  return new Date(time.seconds * 1000 + Math.floor(time.nanos / 1e6));
}

/** `2026-11-21 08:00 UTC`, or `-`. */
export function formatTime(time: ApiTime | null | undefined): string {
  if (time === null || time === undefined) return "-";
  return `${toDate(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The same with seconds: `2026-11-21 08:00:07 UTC`. */
export function formatSeconds(time: ApiTime | null | undefined): string {
  if (time === null || time === undefined) return "-";
  return `${toDate(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const UNITS = ["B", "KiB", "MiB", "GiB"] as const;

/** `5 B`, `1.5 KiB`, `1 MiB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}

/** `-` for what is not set, so that a cell of a table is never invisible. */
export function orDash(text: string): string {
  return text === "" ? "-" : text;
}

/** `SECRET_KIND_ENV` -> `env`, `ORGANIZATION_ROLE_ADMIN` -> `admin`: the words the command line takes. */
export function enumWord(value: string): string {
  return value.replace(/^(?:SECRET_KIND|ORGANIZATION_ROLE|PROJECT_ROLE)_/, "").toLowerCase();
}

/**
 * Text that others wrote (comments, display names) without what would move the cursor, change colours or break a line of a
 * terminal: control characters are shown as `\xNN`.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === "\n" || character === "\t") return " ";
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
