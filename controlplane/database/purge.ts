import type { Log } from "../../common/log.ts";

const HOUR = 3_600_000;

/** A store with rows that are of no use any more after some time. */
export interface Purged {
  /** @returns how many it removed */
  purgeExpired(): Promise<number>;
}

/**
 * Removes for good what was deleted longer ago than it can be restored, and what ended or was noted longer ago than it is kept:
 * now, and then every hour. A failure is logged and tried again an hour later.
 * @returns how to stop; it waits for a run that is under way
 */
export function startPurging(stores: readonly Purged[], log: Log, interval = HOUR): () => Promise<void> {
  let running = Promise.resolve();
  const run = () => {
    running = running.then(() => purge(stores, log));
  };
  run();
  const timer = setInterval(run, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}

async function purge(stores: readonly Purged[], log: Log): Promise<void> {
  try {
    let count = 0;
    for (const store of stores) count += await store.purgeExpired();
    if (count > 0) log.info({ count }, "Deleted secrets, old rollouts and old changes were purged");
  } catch (err) {
    log.error({ err }, "Deleted secrets, old rollouts and old changes could not be purged");
  }
}
