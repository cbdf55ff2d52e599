import { readFile } from "node:fs/promises";
import { messageOf } from "../../common/errors.ts";
import { askEngine } from "../engine/api.ts";
import { cannotTakeRuntime, type EngineConnection } from "../stage/engine-connection.ts";

/** Where Debian's and Docker's own packages have them. */
const CONFIG_FILE = "/etc/docker/daemon.json";
const PID_FILES = ["/run/docker.pid", "/var/run/docker.pid"] as const;

interface Info {
  readonly DockerRootDir: string;
  readonly OSType: string;
  readonly SecurityOptions: readonly string[] | null;
  readonly Runtimes: Readonly<Record<string, unknown>>;
}

/**
 * The user's own engine, if it can be given a runtime: a dockerd of this machine, with its usual daemon.json, that reloads it at
 * a SIGHUP. @throws KeyholdError `precondition`, in one line, with what to do instead
 */
export async function usersEngine(socket: string): Promise<EngineConnection> {
  const info = await infoOf(socket);
  if (info.OSType !== "linux") throw cannotTakeRuntime(socket, `it runs ${info.OSType} containers`);
  if (info.SecurityOptions?.some((option) => option.includes("rootless")) === true) {
    throw cannotTakeRuntime(socket, "it is rootless, and its containers cannot see the agent's tmpfs");
  }
  const pid = await pidOfDockerd(socket);
  return {
    socket,
    dataRoot: info.DockerRootDir,
    configFile: CONFIG_FILE,
    directory: undefined,
    reload: () => reload(socket, pid),
  };
}

async function infoOf(socket: string): Promise<Info> {
  try {
    return JSON.parse(await askEngine(socket, { path: "/info", patience: 5_000 })) as Info;
  } catch (thrown) {
    throw cannotTakeRuntime(socket, `it does not answer: ${messageOf(thrown)}`, thrown);
  }
}

async function pidOfDockerd(socket: string): Promise<number> {
  for (const file of PID_FILES) {
    const pid = Number((await readFile(file, "utf8").catch(() => "")).trim());
    const name = pid > 0 ? await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "") : "";
    if (name.trim() === "dockerd") return pid;
  }
  throw cannotTakeRuntime(socket, `its dockerd is not the one of this machine (looked for ${PID_FILES[0]})`);
}

/** The engine does not say when it has read the file; its list of runtimes does. */
async function reload(socket: string, pid: number): Promise<void> {
  const wanted = "keyhold" in runtimesIn(await readFile(CONFIG_FILE, "utf8").catch(() => "{}"));
  process.kill(pid, "SIGHUP");
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const info = await infoOf(socket);
    if ("keyhold" in info.Runtimes === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw cannotTakeRuntime(socket, `it does not list it 5 s after reloading ${CONFIG_FILE}`);
}

function runtimesIn(text: string): object {
  return (JSON.parse(text === "" ? "{}" : text) as { runtimes?: object }).runtimes ?? {};
}
