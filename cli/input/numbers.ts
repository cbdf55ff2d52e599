import { KeyholdError } from "../../common/errors.ts";

/**
 * A whole number as people write it: no sign, no exponent.
 * @throws KeyholdError `invalid`
 */
export function parseCount(text: string, field: string, range: { from: number; to: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.from && value <= range.to) return value;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a whole number from ${range.from} to ${range.to}`,
  });
}

/**
 * Permission bits in octal, as chmod takes them: `0400`, `640`.
 * @throws KeyholdError `invalid`
 */
export function parseMode(text: string, field: string): number {
  if (/^0?o?[0-7]{1,3}$/.test(text)) return Number.parseInt(text.replace("o", ""), 8);
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a file mode`,
    next: "write permission bits in octal, from 0000 to 0777: --mode 0400",
  });
}

/** `0400` */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
