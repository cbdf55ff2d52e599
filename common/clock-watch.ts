import type { Log } from "./log.ts";
import { SYSTEM_TIMERS, type Timers } from "./timers.ts";

export interface ClockWatchOptions {
  readonly log: Pick<Log, "warn">;
  readonly timers?: Timers;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
}

const EVERY_MS = 10_000;
/** A clock that NTP corrects moves by less. */
const LEAST_MS = 30_000;

/**
 * Says in the log when the host's clock was set, beside timers that never go back: certificates, tokens and maintenance windows count
 * by that clock, so what follows has an explanation. @returns ends it
 */
export function watchClock({ log, timers = SYSTEM_TIMERS, clock = Date.now }: ClockWatchOptions): () => void {
  let offset = clock() - timers.now();
  let cancel: () => void = () => undefined;
  const look = () => {
    const moved = clock() - timers.now() - offset;
    if (Math.abs(moved) >= LEAST_MS) {
      offset += moved;
      const seconds = Math.round(Math.abs(moved) / 1_000);
      const reason = `it went ${moved > 0 ? "forward" : "back"} by ${seconds} s, or the host was asleep`;
      log.warn(
        { reason, next: "if it is wrong now, set it by NTP: certificates, tokens and windows count by it" },
        "The clock of this host was set",
      );
    }
    cancel = timers.after(EVERY_MS, look);
  };
  cancel = timers.after(EVERY_MS, look);
  return () => cancel();
}
