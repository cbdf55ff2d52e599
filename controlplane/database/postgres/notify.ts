import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Log } from "../../../common/log.ts";
import { connectionSettings } from "./postgres-dialect.ts";
import { CHANNEL } from "./shared-change-log.ts";

/** Milliseconds between questions on a connection that says nothing; a dead one is found by the missing answer. */
const HEARTBEAT = 15_000;
const ANSWER_TIMEOUT = 10_000;
const FIRST_DELAY = 50;
const LONGEST_DELAY = 5_000;
const GOODBYE_TIMEOUT = 1_000;
/** As `pg_stat_activity` shows it. */
export const LISTENER_NAME = "keyhold changes";

export interface Listening {
  close(): Promise<void>;
}

/**
 * Listens for commits of other processes on a connection of its own, which is made again whenever it is lost.
 * @param heard called after each notification, and after each new connection and heartbeat: something may have been missed
 */
export async function listenForCommits(options: {
  readonly url: string;
  readonly log: Pick<Log, "warn">;
  readonly heard: () => Promise<void>;
}): Promise<Listening> {
  const stop = new AbortController();
  const first = Promise.withResolvers<void>();
  const running = keepListening({ ...options, tried: first.resolve }, stop.signal);
  await first.promise;
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

interface Listener {
  readonly url: string;
  readonly log: Pick<Log, "warn">;
  readonly heard: () => Promise<void>;
  /** Called once it listens, or could not for the first time. */
  readonly tried: () => void;
}

async function keepListening(listener: Listener, stop: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!stop.aborted) {
    const client = new Client({
      ...connectionSettings(listener.url),
      application_name: LISTENER_NAME,
      query_timeout: ANSWER_TIMEOUT,
    });
    try {
      await listen(client, stop, async () => {
        attempt = 0;
        listener.tried();
        await listener.heard();
      });
    } catch (err) {
      if (!stop.aborted) listener.log.warn({ err, attempt }, "The connection that hears of changes was lost");
    }
    listener.tried();
    await sayGoodbye(client);
    attempt += 1;
    await sleep(delayOf(attempt), undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Ends, by throwing, when the connection does or `stop` is aborted. */
async function listen(client: Client, stop: AbortSignal, heard: () => Promise<void>): Promise<never> {
  const lost = Promise.withResolvers<never>();
  // Also where nobody waits for it yet.
  lost.promise.catch(() => undefined);
  const onStop = () => lost.reject(new Error("stopped"));
  stop.addEventListener("abort", onStop);
  client.on("error", lost.reject);
  client.on("end", () => lost.reject(new Error("the connection was ended")));
  client.on("notification", () => void heard());
  try {
    await Promise.race([lost.promise, client.connect()]);
    await Promise.race([lost.promise, client.query(`listen ${CHANNEL}`)]);
    for (;;) {
      await heard();
      await Promise.race([lost.promise, sleep(HEARTBEAT, undefined, { ref: false, signal: stop })]);
      await Promise.race([lost.promise, client.query("select 1")]);
    }
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

/** A dead connection does not say goodbye back. */
async function sayGoodbye(client: Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(GOODBYE_TIMEOUT, undefined, { ref: false })]);
}

function delayOf(attempt: number): number {
  return Math.min(FIRST_DELAY * 2 ** Math.min(attempt - 1, 10), LONGEST_DELAY) * (0.75 + Math.random() / 2);
}
