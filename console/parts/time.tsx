import { useSyncExternalStore } from "react";

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
/** Seconds. */
const CLOCK_STEP = 10;
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const COUNTED = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const ABSOLUTE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "long" });

/**
 * `3 minutes ago`, the moment itself on a pointer; `—` without one.
 * @param deadline the time may lie ahead; any other time is past, even where the server's clock is ahead of the browser's
 */
export function Time({ at, deadline }: { readonly at: string | undefined; readonly deadline?: boolean }) {
  const now = useNow();
  if (at === undefined || at === "") return <span className="dim">—</span>;
  return (
    <time dateTime={at} title={ABSOLUTE.format(Date.parse(at))} className="nowrap">
      {relative(deadline ? Date.parse(at) : Math.min(Date.parse(at), now), now)}
    </time>
  );
}

export function relative(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  // The page's clock is read now and then, so a time a few seconds ahead may have come.
  if (unit === "second") return seconds > CLOCK_STEP ? "in a moment" : "just now";
  // A deadline is counted: "in 1 month" says how long that is, "next month" does not.
  return (seconds > 0 ? COUNTED : RELATIVE).format(Math.round(seconds / size), unit);
}

// One clock for the whole page.
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The clock stood still while the page showed no time.
  tick();
  if (timer === undefined) {
    timer = setInterval(tick, CLOCK_STEP * 1000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
