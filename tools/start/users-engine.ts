import { readFile } from "node:fs/promises";
import {
  type EngineInfo,
  findEngineProcess,
  flagOf,
  readEngineInfo,
} from "../../agent/engine/docker/api/engine-info.ts";
import { readDaemonFile } from "../../agent/engine/docker/install/daemon-file.ts";
import { reloadEngine } from "../../agent/engine/docker/install/reload.ts";
import { KeyholdError } from "../../common/errors.ts";
import { cannotTakeRuntime, type EngineConnection } from "../stage/engine-connection.ts";

/**
 * The user's own engine, if it can be given a runtime: a dockerd of this machine that reloads its daemon.json at a SIGHUP.
 * @throws KeyholdError `precondition`, in one line, with what to do instead
 */
export async function usersEngine(socket: string): Promise<EngineConnection> {
  const info = await infoOf(socket);
  if (info.rootless) {
    throw cannotTakeRuntime(socket, "it is rootless, and its containers cannot see the agent's tmpfs");
  }
  const dockerd = await findEngineProcess(socket);
  if (dockerd === undefined) throw cannotTakeRuntime(socket, "its dockerd is not one of this machine");
  const configFile = flagOf(dockerd.argv, "--config-file") ?? "/etc/docker/daemon.json";
  return {
    socket,
    dataRoot: info.dataRoot,
    configFile,
    directory: undefined,
    reload: async () => {
      const helper = await helperIn(configFile);
      await reloadEngine({ pid: dockerd.pid, socket, helper, isDefault: false });
    },
  };
}

async function infoOf(socket: string): Promise<EngineInfo> {
  try {
    return await readEngineInfo(socket);
  } catch (thrown) {
    if (!(thrown instanceof KeyholdError)) throw thrown;
    throw cannotTakeRuntime(socket, `it does not answer: ${thrown.message}`, thrown);
  }
}

async function helperIn(configFile: string): Promise<string | undefined> {
  const text = await readFile(configFile, "utf8").catch(() => undefined);
  const path = readDaemonFile(configFile, text).runtimes?.keyhold?.path;
  return typeof path === "string" ? path : undefined;
}
