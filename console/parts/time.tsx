import { useSyncExternalStore } from "react";
import { CLOCK_STEP, relative } from "./relative-time.ts";

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
