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
const ABSOLUTE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "long" });

/** `3 minutes ago`, the moment itself on a pointer; `—` without one. */
export function Time({ at }: { readonly at: string | undefined }) {
  const now = useNow();
  if (at === undefined || at === "") return <span className="dim">—</span>;
  return (
    <time dateTime={at} title={ABSOLUTE.format(Date.parse(at))} className="nowrap">
      {relative(Date.parse(at), now)}
    </time>
  );
}

export function relative(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  // The page's clock is read now and then, so what has just happened lies ahead of it.
  if (unit === "second") return seconds > CLOCK_STEP ? "in a moment" : "just now";
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

// One clock for the whole page.
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, CLOCK_STEP * 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
