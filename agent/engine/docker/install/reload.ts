import { setTimeout as sleep } from "node:timers/promises";
import { KeyholdError } from "../../../../common/errors.ts";
import { RUNTIME_NAME } from "../../../runtime/helper-settings.ts";
import { type EngineInfo, readEngineInfo } from "../api/engine-info.ts";

/** What an engine is to know of us once it has read its daemon.json. */
export interface Reload {
  /** dockerd's process. */
  readonly pid: number;
  readonly socket: string;
  /** The helper it is to have; undefined: none. */
  readonly helper: string | undefined;
  readonly isDefault: boolean;
}

/** Milliseconds for an engine to read its file. */
const PATIENCE = 10_000;
const LOOK_EVERY = 50;

/**
 * Has the engine read its daemon.json, which restarts no container. It does not say that it has refused the file, other than in its
 * log; its list of runtimes says that it has read it. @throws KeyholdError `failed` if it has not within 10 s
 */
export async function reloadEngine(wanted: Reload): Promise<void> {
  process.kill(wanted.pid, "SIGHUP");
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if (isTakenUp(await readEngineInfo(wanted.socket), wanted)) return;
    await sleep(LOOK_EVERY);
  }
  const [what, next] =
    wanted.helper === undefined
      ? ["has not forgotten the runtime", "run the uninstall again"]
      : ["does not list the runtime", "run the install again, or take it back with: keyhold agent uninstall"];
  throw new KeyholdError({
    code: "failed",
    message: `the engine at ${wanted.socket} ${what} ${RUNTIME_NAME} ${PATIENCE / 1000} s after it was told to reload its daemon.json`,
    next: `see its log (journalctl -u docker) for the line it refuses, correct that, then ${next}`,
  });
}

function isTakenUp(info: EngineInfo, { helper, isDefault }: Reload): boolean {
  if (info.runtimes[RUNTIME_NAME] !== helper) return false;
  if (helper === undefined) return info.defaultRuntime !== RUNTIME_NAME;
  return !isDefault || info.defaultRuntime === RUNTIME_NAME;
}
