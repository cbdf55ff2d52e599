import { access, constants, readFile, realpath } from "node:fs/promises";
import { KeyholdError, messageOf } from "../../../../common/errors.ts";
import { type FileChange, readIfThere, removeFile, replaceFile } from "../../../../common/files/host-file.ts";
import { formatHelperSettings, type HelperSettings } from "../../../runtime/helper-settings.ts";
import { forgettingText, withoutRuntime, withRuntime } from "./daemon-file.ts";

/*
 * The runtime alone, for whoever brings an engine and can reload it: a stage, a test. host-install.ts puts the whole agent on a host.
 */

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
  const wish = { helper: helperPath, isDefault: false };
  const daemon = withRuntime(dockerConfigPath, await readText(dockerConfigPath), wish);
  await requireRealRuntime(request);
  const helper = await readFile(request.builtHelper);

  const changes = [
    await replaceFile(helperPath, helper, 0o755),
    await replaceFile(settingsPathOf(helperPath), Buffer.from(settings), 0o644),
    await replaceFile(dockerConfigPath, Buffer.from(daemon)),
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
  const text = await readText(dockerConfigPath);
  const running = await engine.runningUnderKeyhold();
  if (running.length > 0) {
    throw new KeyholdError({
      code: "precondition",
      message: `containers run under the runtime keyhold, and could not be stopped without it: ${running.join(", ")}`,
      next: "stop them, then try again",
    });
  }
  const changes = [
    await forget(target, text, engine),
    await removeFile(helperPath),
    await removeFile(settingsPathOf(helperPath)),
  ];
  return changes.filter((change) => change !== undefined);
}

/** A file that the installation made goes; one that somebody else's settings were added to stays. */
async function forget(
  { dockerConfigPath: path, helperPath: helper }: InstallTarget,
  text: string | undefined,
  engine: ReloadableEngine,
): Promise<FileChange | undefined> {
  const without = text === undefined ? undefined : withoutRuntime(path, text, helper, undefined);
  if (text === undefined || without === undefined || without === text) return undefined;
  const change = await replaceFile(path, Buffer.from(forgettingText(path, without)));
  await engine.reload();
  if (text === withRuntime(path, undefined, { helper, isDefault: false })) return removeFile(path);
  await replaceFile(path, Buffer.from(without));
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
