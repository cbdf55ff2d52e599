import { type ApiTime, enumWord, toDate } from "./format.ts";

/**
 * An API message as the JSON that `--json` prints: camelCase, times as RFC 3339, enums as the words the command line takes,
 * fields that are not set left out. Bytes are left out too: a value never leaves by this way.
 */
export function toPlain(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(toPlain);
  if (typeof message !== "object" || message === null) return message;
  if (isTime(message)) return toDate(message).toISOString();
  return Object.fromEntries(
    Object.entries(message)
      .filter(([key, value]) => isShown(key, value))
      .map(([key, value]) => [key, isEnum(key, value) ? enumWord(value) : toPlain(value)]),
  );
}

/** Keys with `_` are proto-loader's notes about which field of a `oneof` is set. */
function isShown(key: string, value: unknown): boolean {
  if (key.startsWith("_") || value === null || value === undefined || value === "") return false;
  return !(value instanceof Uint8Array);
}

/** By the field, not by the look of the text: a comment may be any text. */
function isEnum(key: string, value: unknown): value is string {
  return (key === "kind" || key === "role") && typeof value === "string";
}

function isTime(message: object): message is ApiTime {
  return "seconds" in message && "nanos" in message && Object.keys(message).length === 2;
}
