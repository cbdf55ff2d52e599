const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
/** Seconds between two looks at the page's clock. */
export const CLOCK_STEP = 10;
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const COUNTED = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** `3 minutes ago`, `in 12 hours`; both in milliseconds. */
export function relative(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  // The page's clock is read now and then, so a time a few seconds ahead may have come.
  if (unit === "second") return seconds > CLOCK_STEP ? "in a moment" : "just now";
  // A deadline is counted: "in 1 month" says how long that is, "next month" does not.
  return (seconds > 0 ? COUNTED : RELATIVE).format(Math.round(seconds / size), unit);
}
