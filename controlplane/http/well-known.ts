import { KeyholdError } from "../../common/errors.ts";

/** google.protobuf.Timestamp and Duration, as they are loaded: seconds are numbers. */
export interface SecondsAndNanos {
  readonly seconds: number;
  readonly nanos: number;
}

export function timestampText(time: SecondsAndNanos): string {
  return new Date(time.seconds * 1000 + Math.floor(time.nanos / 1e6)).toISOString();
}

/** @throws KeyholdError `invalid` for anything but RFC 3339 with a time zone */
export function timestampFrom(value: unknown, field: string): SecondsAndNanos {
  const good =
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const milliseconds = good ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw wrong(field, "a time like 2026-01-31T12:00:00Z");
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1e6 };
}

export function durationText(duration: SecondsAndNanos): string {
  return `${duration.seconds + duration.nanos / 1e9}s`;
}

/** @throws KeyholdError `invalid` for anything but seconds: `600s`, `1.5s` */
export function durationFrom(value: unknown, field: string): SecondsAndNanos {
  const [, digits] = typeof value === "string" ? (/^(-?\d{1,12}(?:\.\d{1,9})?)s$/.exec(value) ?? []) : [];
  if (digits === undefined) throw wrong(field, "a number of seconds like 600s");
  const seconds = Math.trunc(Number(digits));
  return { seconds, nanos: Math.round((Number(digits) - seconds) * 1e9) };
}

function wrong(field: string, what: string): KeyholdError {
  return new KeyholdError({ code: "invalid", field, message: `${field} has to be ${what}` });
}
