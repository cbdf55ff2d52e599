import { utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { KeyholdError } from "../../../../common/errors.ts";
import { removeFile, replaceFile } from "../../../../common/files/host-file.ts";
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
  /** The engine's daemon.json as it was before, to be put back if the engine does not take up the new one. */
  readonly before?: {
    readonly path: string;
    /** Undefined: there was no file. */
    readonly text: string | undefined;
    readonly modified: number | undefined;
  };
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
  throw await notTakenUp(wanted);
}

/** An engine that refuses its file would not come up with it at its next start either, so ours does not stay in the way. */
async function notTakenUp({ socket, helper, before }: Reload): Promise<KeyholdError> {
  const seconds = PATIENCE / 1000;
  if (helper === undefined) {
    return new KeyholdError({
      code: "failed",
      message: `the engine at ${socket} has not forgotten the runtime ${RUNTIME_NAME} ${seconds} s after it was told to reload its daemon.json`,
      next: "see its log (journalctl -u docker) for the line it refuses, correct that, then run the uninstall again",
    });
  }
  if (before !== undefined) await putBack(before);
  const isBack = before === undefined ? "" : `; ${before.path} is as it was before`;
  return new KeyholdError({
    code: "failed",
    message: `the engine at ${socket} did not take up its daemon.json within ${seconds} s: it does not list the runtime ${RUNTIME_NAME}${isBack}`,
    next: "see its log (journalctl -u docker) for the line it refuses, with which it would not start again either; correct that, then run the install again",
  });
}

async function putBack({ path, text, modified }: NonNullable<Reload["before"]>): Promise<void> {
  if (text === undefined) return void (await removeFile(path));
  await replaceFile(path, Buffer.from(text));
  if (modified !== undefined) await utimes(path, modified / 1000, modified / 1000);
}

function isTakenUp(info: EngineInfo, { helper, isDefault }: Reload): boolean {
  if (info.runtimes[RUNTIME_NAME] !== helper) return false;
  if (helper === undefined) return info.defaultRuntime !== RUNTIME_NAME;
  return !isDefault || info.defaultRuntime === RUNTIME_NAME;
}
