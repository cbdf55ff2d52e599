import { expect, test } from "vitest";
import { parseMoment } from "../../../cli/input/moment.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const at = (text: string) => {
  const { seconds, nanos } = parseMoment(text, "--since", NOW);
  return new Date(seconds * 1000 + nanos / 1e6).toISOString();
};

test.each([
  ["2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000Z"],
  ["2026-11-21T08:00:00.250+02:00", "2026-11-21T06:00:00.250Z"],
  ["2026-11-21 08:00", "2026-11-21T08:00:00.000Z"],
  ["2026-11-21", "2026-11-21T00:00:00.000Z"],
  ["10m", "2026-11-21T11:50:00.000Z"],
  ["7d", "2026-11-14T12:00:00.000Z"],
])("%s is %s", (text, time) => {
  expect(at(text)).toBe(time);
});

test.each(["yesterday", "2026-13-41", "10", "", "2026-11-21T08:00:00Zx"])(
  "%j is no point in time",
  (text) => {
    expect(() => at(text)).toThrow(/--since .* is not a point in time/);
  },
);
