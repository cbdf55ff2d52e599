import { KeyholdError } from "../../common/errors.ts";

/** Days and times at which a container may be restarted, such as `Sat 02:00-04:00 UTC`. */
export interface MaintenanceWindow {
  /** Days on which the window opens; 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; a window whose end is not after its start ends on the next day. */
  readonly from: number;
  readonly to: number;
  /** Of the IANA database, or UTC. */
  readonly zone: string;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const SHAPE = /^(?:([A-Za-z,-]+)\s+)?(\d{2}):(\d{2})-(\d{2}):(\d{2})\s+(\S+)$/;

/** Undefined if the text is no window. Days are a list of names and ranges (`Mon-Fri,Sun`); none means every day. */
export function parseWindow(text: string): MaintenanceWindow | undefined {
  const match = SHAPE.exec(text.trim());
  if (match === null) return undefined;
  const [, days, fromHour, fromMinute, toHour, toMinute, zone = ""] = match;
  const from = minutesOf(fromHour, fromMinute);
  const to = minutesOf(toHour, toMinute);
  const open = days === undefined ? [0, 1, 2, 3, 4, 5, 6] : parseDays(days);
  if (from === undefined || to === undefined || from === to || open === undefined || !isZone(zone)) {
    return undefined;
  }
  return { days: open, from, to, zone };
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const [h, m] = [Number(hour), Number(minute)];
  const minutes = h * 60 + m;
  return h <= 24 && m <= 59 && minutes <= 24 * 60 ? minutes : undefined;
}

function parseDays(text: string): readonly number[] | undefined {
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(",")) {
    const [first = "", last = first, ...more] = part.split("-");
    const [start, end] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (start < 0 || end < 0 || more.length > 0) return undefined;
    for (let day = start; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === end) break;
    }
  }
  return [...days].sort();
}

function isZone(zone: string): boolean {
  // Offsets such as +01:00 are zones for Intl, and wrong half of the year.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Whether a window is open, and until when it stays so: milliseconds since 1970. */
export interface WindowState {
  readonly open: boolean;
  readonly until: number;
}

/**
 * Times are those of the zone's clocks: on a day on which these skip
 * the whole window it does not open, and one that they show twice is open from the first to the last. Pure.
 * @param at milliseconds since 1970
 */
export function windowAt(window: MaintenanceWindow, at: number): WindowState {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
    .toZonedDateTimeISO(window.zone)
    .toPlainDate();
  // One that opened yesterday may be open still; a week later each has opened, or two weeks later if the clocks skipped it.
  for (let offset = -1; offset <= 15; offset += 1) {
    const day = today.add({ days: offset });
    if (!window.days.includes(day.dayOfWeek % 7)) continue;
    const opens = momentOf(day, window.from, window.zone);
    const closes = momentOf(day, window.to > window.from ? window.to : window.to + 24 * 60, window.zone);
    if (closes <= at || closes <= opens) continue;
    return opens <= at ? { open: true, until: closes } : { open: false, until: opens };
  }
  throw new KeyholdError({ code: "failed", message: "the maintenance window never opens" });
}

function momentOf(day: Temporal.PlainDate, minutes: number, zone: string): number {
  const date = day.add({ days: Math.floor(minutes / (24 * 60)) });
  const [hour, minute] = [Math.floor(minutes / 60) % 24, minutes % 60];
  return date.toZonedDateTime({ timeZone: zone, plainTime: { hour, minute } }).epochMilliseconds;
}
