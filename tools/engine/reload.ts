import type { Readable } from "node:stream";
import { KeyholdError } from "../../common/errors.ts";
import { openEngine } from "./api.ts";
import { type Daemon, readLog } from "./daemon.ts";
import { signal } from "./processes.ts";
import type { EnginePaths } from "./record.ts";

const PATIENCE = 10_000;

/**
 * Sends SIGHUP and waits for the engine's `reload` event. A refused file makes no event, only a line in the log.
 * Throws `invalid` with that line, or `timeout`.
 */
export async function reloadConfiguration(
  paths: Pick<EnginePaths, "socket" | "dockerdLog" | "configFile">,
  dockerd: Pick<Daemon, "pid">,
): Promise<void> {
  const before = readLog(paths.dockerdLog).length;
  const stop = AbortSignal.timeout(PATIENCE);
  const filters = encodeURIComponent(JSON.stringify({ type: ["daemon"], event: ["reload"] }));
  // With `since`, because the engine answers before it has subscribed us: an event in between is repeated.
  const since = (Date.now() / 1000).toFixed(9);
  const events = await openEngine(paths.socket, {
    path: `/events?since=${since}&filters=${filters}`,
    signal: stop,
  });
  const refusal = watchForRefusal(() => readLog(paths.dockerdLog).slice(before));
  try {
    signal(dockerd.pid, "SIGHUP");
    const outcome = await Promise.race([firstChunk(events), refusal.found]);
    if (outcome !== undefined) throw refused(paths.configFile, outcome);
  } catch (thrown) {
    if (!stop.aborted) throw thrown;
    throw new KeyholdError({
      code: "timeout",
      message: `the engine did not reload ${paths.configFile} in ${PATIENCE / 1000} s`,
      cause: thrown,
    });
  } finally {
    refusal.end();
    events.destroy();
  }
}

function firstChunk(events: Readable): Promise<undefined> {
  return new Promise((resolve, reject) => {
    events.once("data", () => resolve(undefined));
    events.once("error", reject);
    events.once("end", () => reject(new Error("the engine closed its event stream")));
  });
}

/** Looks for the engine's complaint in what it has written since. */
function watchForRefusal(written: () => string): { found: Promise<string>; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const found = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      const line = /level=error msg="(.*(?:configur|reload).*)"/i.exec(written())?.[1];
      if (line !== undefined) resolve(line);
    }, 20);
  });
  return { found, end: () => clearInterval(timer) };
}

function refused(file: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the engine refused ${file}: ${reason.replaceAll('\\"', '"')}`,
    next: "correct the file and reload again; the settings before are still in force",
  });
}
