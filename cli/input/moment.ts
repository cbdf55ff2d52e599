import { KeyholdError } from "../../common/errors.ts";
import type { ApiTime } from "../output/format.ts";
import { parseDuration } from "./duration.ts";

/** A date, or a date and a time with seconds, a fraction and an offset if wanted. Without an offset it is UTC. */
const RFC_3339 = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/;

/**
 * Reads a point in time: `2026-11-21T08:00:00Z`, `2026-11-21`, or how long ago it was: `10m`, `2h`, `7d`.
 * @param now milliseconds since 1970
 * @throws KeyholdError `invalid`
 */
export function parseMoment(text: string, field: string, now: number): ApiTime {
  const time = RFC_3339.test(text) ? dateIn(text) : ago(text, field, now);
  if (Number.isFinite(time)) return apiTime(time);
  throw notAMoment(text, field);
}

function dateIn(text: string): number {
  const hasOffset = /(?:[Zz]|[+-]\d\d:\d\d)$/.test(text);
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  return Date.parse(isDate || hasOffset ? text : `${text}Z`);
}

function ago(text: string, field: string, now: number): number {
  try {
    return now - parseDuration(text, field) * 1000;
  } catch {
    return Number.NaN;
  }
}

function apiTime(time: number): ApiTime {
  const seconds = Math.floor(time / 1000);
  return { seconds, nanos: Math.round((time - seconds * 1000) * 1e6) };
}

function notAMoment(text: string, field: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a point in time`,
    next: "write a time like 2026-11-21T08:00:00Z, or how long ago: 10m, 2h, 7d",
  });
}
