import { KeyholdError } from "../../common/errors.ts";

const SECONDS_OF: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const PATTERN = /^(?:\d+[smhdw])+$/;

/**
 * Reads `90s`, `10m`, `1h30m`, `30d`.
 * @returns whole seconds, at least 1
 * @throws KeyholdError `invalid`
 */
export function parseDuration(text: string, field: string): number {
  const seconds = PATTERN.test(text) ? sum(text) : 0;
  if (seconds > 0 && Number.isSafeInteger(seconds)) return seconds;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a length of time`,
    next: "write a number and a unit: 90s, 10m, 1h30m, 30d, 2w",
  });
}

function sum(text: string): number {
  const parts = text.matchAll(/(\d+)([smhdw])/g);
  return [...parts].reduce(
    (total, [, count, unit]) => total + Number(count) * (SECONDS_OF[unit ?? ""] ?? 0),
    0,
  );
}
