import { access, constants, readFile, realpath } from "node:fs/promises";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { type FileChange, readIfThere, removeFile, replaceFile } from "./host-file.ts";
import {
  type DaemonPlan,
  formatHelperSettings,
  type HelperSettings,
  planDaemonInstall,
  planDaemonUninstall,
} from "./install-plan.ts";

/** Where things go on this host. Paths are absolute. */
export interface InstallTarget {
  /** The executable that the engine will call; its settings lie beside it as `helperPath.conf`. */
  readonly helperPath: string;
  /** The engine's daemon.json; made if missing. */
  readonly dockerConfigPath: string;
}

export interface InstallRequest extends InstallTarget {
  /** The helper as it was built for this machine. */
  readonly builtHelper: string;
  readonly settings: HelperSettings;
}

/** What installation needs of the engine that reads `dockerConfigPath`. */
export interface ReloadableEngine {
  /** Makes the engine read its daemon.json again (SIGHUP), and resolves when it has. */
  reload(): Promise<void>;
}

export interface UninstallableEngine extends ReloadableEngine {
  /** Names of the running containers that were started under our runtime: the engine stops them through the helper. */
  runningUnderKeyhold(): Promise<readonly string[]>;
}

/**
 * Puts the helper in place and tells the engine about it, without restarting anything. Each step replaces a file in one go and
 * leaves one alone that is right already, so that a second run changes nothing and a run after a crash finishes the first.
 * The engine is told last, and in any case: nobody knows whether it was told before.
 *
 * Throws `precondition` before anything is changed where daemon.json or the real runtime is unfit.
 */
export async function install(
  request: InstallRequest,
  engine: ReloadableEngine,
): Promise<readonly FileChange[]> {
  const { helperPath, dockerConfigPath } = request;
  const settings = formatHelperSettings(request.settings);
  const daemon = planDaemonInstall(dockerConfigPath, await readText(dockerConfigPath), helperPath);
  await requireRealRuntime(request);
  const helper = await readFile(request.builtHelper);

  const changes = [
    await replaceFile(helperPath, helper, 0o755),
    await replaceFile(settingsPathOf(helperPath), Buffer.from(settings), 0o644),
    ...(daemon.write === undefined ? [] : [await replaceFile(dockerConfigPath, Buffer.from(daemon.write))]),
  ];
  await engine.reload();
  return changes.filter((change) => change !== undefined);
}

/** Undoes `install`: the engine forgets the runtime, then the files go. Running it again is harmless. */
export async function uninstall(
  target: InstallTarget,
  engine: UninstallableEngine,
): Promise<readonly FileChange[]> {
  const { helperPath, dockerConfigPath } = target;
  const daemon = planDaemonUninstall(dockerConfigPath, await readText(dockerConfigPath), helperPath);
  const running = await engine.runningUnderKeyhold();
  if (running.length > 0) {
    throw new KeyholdError({
      code: "precondition",
      message: `containers run under the runtime keyhold, and could not be stopped without it: ${running.join(", ")}`,
      next: "stop them, then try again",
    });
  }
  const changes = [
    await forget(dockerConfigPath, daemon, engine),
    await removeFile(helperPath),
    await removeFile(settingsPathOf(helperPath)),
  ];
  return changes.filter((change) => change !== undefined);
}

async function forget(
  path: string,
  plan: DaemonPlan,
  engine: ReloadableEngine,
): Promise<FileChange | undefined> {
  if (plan.write === undefined) return undefined;
  const change = await replaceFile(path, Buffer.from(plan.write));
  await engine.reload();
  if (plan.afterReload === null) return removeFile(path);
  if (plan.afterReload !== undefined) await replaceFile(path, Buffer.from(plan.afterReload));
  return change;
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(path);
  try {
    return bytes === undefined
      ? undefined
      : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new KeyholdError({
      code: "precondition",
      message: `${path} is not UTF-8`,
      next: "correct it by hand",
      cause,
    });
  }
}

function settingsPathOf(helperPath: string): string {
  return `${helperPath}.conf`;
}

/** A helper whose real runtime is missing would stop every container of the host; one that is itself would run in circles. */
async function requireRealRuntime({ settings: { runtime }, helperPath }: InstallRequest): Promise<void> {
  if (runtime === undefined) return;
  try {
    await access(runtime, constants.X_OK);
  } catch (cause) {
    throw unfitRuntime(`cannot be run: ${messageOf(cause)}`, runtime, cause);
  }
  if ((await realpath(runtime)) === (await realpath(helperPath).catch(() => helperPath))) {
    throw unfitRuntime("is keyhold's own helper", runtime);
  }
}

function unfitRuntime(reason: string, runtime: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the real OCI runtime ${runtime} ${reason}`,
    next: "name another one, such as /usr/sbin/runc",
    cause,
  });
}
