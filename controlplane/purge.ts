import type { Log } from "../common/log.ts";
import type { Stores } from "./store/types.ts";

const HOUR = 3_600_000;

/**
 * Removes for good what was deleted longer ago than it can be restored: now, and then every hour. A failure is logged and
 * tried again an hour later.
 * @returns how to stop; it waits for a run that is under way
 */
export function startPurging(
  secrets: Pick<Stores["secrets"], "purgeExpired">,
  log: Log,
  interval = HOUR,
): () => Promise<void> {
  let running = Promise.resolve();
  const run = () => {
    running = running.then(() => purge(secrets, log));
  };
  run();
  const timer = setInterval(run, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}

async function purge(secrets: Pick<Stores["secrets"], "purgeExpired">, log: Log): Promise<void> {
  try {
    const count = await secrets.purgeExpired();
    if (count > 0) log.info({ count }, "Deleted secrets were purged");
  } catch (err) {
    log.error({ err }, "Deleted secrets could not be purged");
  }
}
