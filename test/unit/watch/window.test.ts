import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWindow, windowAt } from "../../../agent/watch/window.ts";

/** In UTC: `open`, or when it opens. */
function at(text: string, time: string): string {
  const window = parseWindow(text);
  if (window === undefined) throw new Error(`${text} is no window`);
  const { open, until } = windowAt(window, Date.parse(time));
  return open ? "open" : new Date(until).toISOString().replace(":00.000Z", "Z");
}

test.each([
  // 2026-11-21 is a Saturday.
  ["Sat 02:00-04:00 UTC", "2026-11-21T01:59:59.999Z", "2026-11-21T02:00Z"],
  ["Sat 02:00-04:00 UTC", "2026-11-21T02:00:00.000Z", "open"],
  ["Sat 02:00-04:00 UTC", "2026-11-21T03:59:59.999Z", "open"],
  ["Sat 02:00-04:00 UTC", "2026-11-21T04:00:00.000Z", "2026-11-28T02:00Z"],
  ["Sat,Sun 02:00-04:00 UTC", "2026-11-21T04:00:00.000Z", "2026-11-22T02:00Z"],
  ["02:00-04:00 UTC", "2026-11-21T12:00:00.000Z", "2026-11-22T02:00Z"],
  // Over midnight: it belongs to the day on which it opens.
  ["Fri 22:00-02:00 UTC", "2026-11-21T01:00:00.000Z", "open"],
  ["Sat 22:00-02:00 UTC", "2026-11-21T01:00:00.000Z", "2026-11-21T22:00Z"],
  ["Sat 22:00-24:00 UTC", "2026-11-21T23:59:00.000Z", "open"],
  ["Sat 24:00-02:00 UTC", "2026-11-21T23:59:00.000Z", "2026-11-22T00:00Z"],
  // Where the clocks show something else than UTC, and the day may be another one.
  ["Sat 02:00-04:00 Europe/Berlin", "2026-11-21T01:30:00.000Z", "open"],
  ["Sat 02:00-04:00 Asia/Tokyo", "2026-11-20T17:30:00.000Z", "open"],
  ["Sat 02:00-04:00 America/Los_Angeles", "2026-11-21T09:59:00.000Z", "2026-11-21T10:00Z"],
  // Berlin's clocks skip 02:00-03:00 on 2026-03-29 and show it twice on 2026-10-25.
  ["Sun 02:00-03:00 Europe/Berlin", "2026-03-28T12:00:00.000Z", "2026-04-05T00:00Z"],
  ["Sun 02:00-03:00 Europe/Berlin", "2026-10-25T00:30:00.000Z", "open"],
  ["Sun 02:00-03:00 Europe/Berlin", "2026-10-25T01:30:00.000Z", "open"],
  ["Sun 02:00-03:00 Europe/Berlin", "2026-10-25T02:00:00.000Z", "2026-11-01T01:00Z"],
])("%s at %s: %s", (text, time, expected) => {
  expect(at(text, time)).toBe(expected);
});

test("what is said of a window holds until then, and not a moment longer", () => {
  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const window = fc.record({
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    from: minutes,
    to: minutes,
    zone: fc.constantFrom(...zones),
  });
  const moment = fc.integer({ min: Date.parse("2025-01-01"), max: Date.parse("2030-01-01") });
  fc.assert(
    fc.property(window, moment, (given, now) => {
      fc.pre(given.from !== given.to);
      const state = windowAt(given, now);
      expect(state.until).toBeGreaterThan(now);
      expect(windowAt(given, state.until - 1)).toEqual(state);
      expect(windowAt(given, state.until).open).toBe(!state.open);
    }),
    { numRuns: 500 },
  );
});
