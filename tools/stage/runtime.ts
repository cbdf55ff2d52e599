import { join } from "node:path";
import { install } from "../../agent/engine/docker/install/runtime.ts";
import { buildNativeHelper } from "../../agent/runtime/native-helper.ts";
import { requireProgram } from "../../common/command.ts";
import type { EngineConnection } from "./engine-connection.ts";
import { PROJECT } from "./project.ts";

export interface RuntimeTarget {
  /** Where the agent keeps its tmpfs and its socket. */
  readonly runDirectory: string;
  readonly helperPath: string;
  readonly dockerConfigPath: string;
}

/** The helper lies in the stage's own directory: on many hosts /run and /tmp are mounted noexec. */
export function runtimeTarget(engine: EngineConnection, directory: string): RuntimeTarget {
  return {
    runDirectory: engine.directory === undefined ? "/run/keyhold" : join(engine.directory, "agent"),
    helperPath: join(directory, "keyhold-runtime"),
    dockerConfigPath: engine.configFile,
  };
}

/** Builds the helper if need be, puts it in place, and makes the engine know it. */
export async function installRuntime(target: RuntimeTarget, engine: EngineConnection): Promise<void> {
  const builtHelper = await buildNativeHelper({
    source: PROJECT.helperSource,
    outputDirectory: PROJECT.native,
  });
  const settings = {
    socket: join(target.runDirectory, "runtime.sock"),
    dataRoot: engine.dataRoot,
    runtime: engine.programs?.runtime ?? requireProgram("runc"),
  };
  await install({ ...target, builtHelper, settings }, engine);
}
