import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { request } from "node:http";
import { basename, dirname, join } from "node:path";
import { KeyholdError, messageOf } from "../../../../common/errors.ts";

/** What an engine says of itself. */
export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  readonly dataRoot: string;
  /** Program by name. */
  readonly runtimes: Readonly<Record<string, string>>;
  /** Arguments by name, of those that have any. */
  readonly runtimeArgs?: Readonly<Record<string, readonly string[]>>;
  readonly defaultRuntime: string;
  readonly cgroup: string;
  readonly rootless: boolean;
}

/** The engine's process, where it is one of this machine. */
export interface EngineProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** The value of PATH in its environment: where it looks for programs. Undefined where it cannot be read. */
  readonly path?: string | undefined;
}

export interface EngineContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** The OCI runtime it was made for. */
  readonly runtime: string;
}

const PATIENCE = 5_000;

/** @throws KeyholdError `unavailable` if no engine answers there */
export async function readEngineInfo(socket: string): Promise<EngineInfo> {
  const [info, version] = await Promise.all([
    ask<{
      DockerRootDir: string;
      Runtimes: Record<string, { path?: string; runtimeArgs?: string[] | null }>;
      DefaultRuntime: string;
      CgroupDriver: string;
      CgroupVersion?: string;
      SecurityOptions: string[] | null;
    }>(socket, "/info"),
    ask<{ Version: string; ApiVersion: string }>(socket, "/version"),
  ]);
  const runtimes = Object.entries(info.Runtimes).map(([name, { path }]) => [name, path ?? ""] as const);
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    dataRoot: info.DockerRootDir,
    runtimes: Object.fromEntries(runtimes),
    runtimeArgs: Object.fromEntries(
      Object.entries(info.Runtimes).flatMap(([name, { runtimeArgs }]) =>
        runtimeArgs ? [[name, runtimeArgs]] : [],
      ),
    ),
    defaultRuntime: info.DefaultRuntime,
    cgroup: `v${info.CgroupVersion ?? "1"}, ${info.CgroupDriver}`,
    rootless: info.SecurityOptions?.some((option) => option.includes("rootless")) ?? false,
  };
}

/** All containers with their runtimes. One that is being started is left out: its engine does not answer about it. */
export async function readEngineContainers(socket: string): Promise<readonly EngineContainer[]> {
  const listed = await ask<
    { Id: string; Names: string[]; State: string; Labels: Record<string, string> | null }[]
  >(socket, "/containers/json?all=1");
  const found = await Promise.all(
    listed.map(async ({ Id, Names, State, Labels }) => {
      const inspected = await ask<{ HostConfig: { Runtime: string } }>(
        socket,
        `/containers/${Id}/json`,
      ).catch(() => undefined);
      if (inspected === undefined) return [];
      const running = State === "running" || State === "paused" || State === "restarting";
      const name = (Names[0] ?? Id).replace(/^\//, "");
      return [{ id: Id, name, running, labels: Labels ?? {}, runtime: inspected.HostConfig.Runtime }];
    }),
  );
  return found.flat();
}

/** The dockerd that listens at this socket: the kernel knows who holds it. Undefined if it is none of this machine's that we may see. */
export async function findEngineProcess(socket: string): Promise<EngineProcess | undefined> {
  const inode = await listeningInode(socket);
  if (inode === undefined) return undefined;
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const comm = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (comm.trim() !== "dockerd" || !(await holds(pid, inode))) continue;
    const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    return { pid, argv, path: await pathOf(pid) };
  }
  return undefined;
}

async function pathOf(pid: number): Promise<string | undefined> {
  const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environ
    .split("\0")
    .find((each) => each.startsWith("PATH="))
    ?.slice("PATH=".length);
}

/** The last value of a flag of dockerd's, in either spelling; an empty string for one without a value. */
export function flagOf(argv: readonly string[], flag: string): string | undefined {
  const at = argv.findLastIndex((each) => each === flag || each.startsWith(`${flag}=`));
  const found = argv[at];
  if (found === undefined) return undefined;
  return found.includes("=") ? found.slice(flag.length + 1) : (argv[at + 1] ?? "");
}

async function listeningInode(socket: string): Promise<string | undefined> {
  const wanted = await canonical(socket);
  for (const line of (await readFile("/proc/net/unix", "utf8")).split("\n")) {
    // Num RefCount Protocol Flags Type St Inode Path; the flag means that it listens.
    const [, , , flags, , , inode, path] = line.trim().split(/\s+/);
    if (flags === "00010000" && path?.startsWith("/") && (await canonical(path)) === wanted) return inode;
  }
  return undefined;
}

async function canonical(path: string): Promise<string> {
  return join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
}

async function holds(pid: number, inode: string): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const each of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${each}`).catch(() => "");
    if (target === `socket:[${inode}]`) return true;
  }
  return false;
}

function ask<T>(socket: string, path: string): Promise<T> {
  return new Promise<string>((resolve, reject) => {
    const asking = request({ socketPath: socket, path, agent: false, timeout: PATIENCE }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`it answered ${response.statusCode} for ${path}`));
      });
    });
    asking.once("error", reject);
    asking.once("timeout", () => asking.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    asking.end();
  }).then(
    (text) => JSON.parse(text) as T,
    (thrown: unknown) => {
      throw new KeyholdError({
        code: "unavailable",
        message: `the Docker Engine at ${socket} does not answer: ${messageOf(thrown)}`,
        next: "start it, or name another socket with --docker-socket",
        cause: thrown,
      });
    },
  );
}
