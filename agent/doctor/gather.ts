import { access, constants, readFile, stat, statfs } from "node:fs/promises";
import { connect } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { messageOf } from "../../common/errors.ts";
import { readIfThere } from "../../common/files/host-file.ts";
import { askAgent } from "../credential-socket/ask.ts";
import { AGENT_SOCKET, type AgentStatus } from "../credential-socket/wire.ts";
import {
  type EngineProcess,
  findEngineProcess,
  flagOf,
  readEngineContainers,
  readEngineInfo,
} from "../engine/docker/api/engine-info.ts";
import { registriesOf } from "../engine/docker/install/client-file.ts";
import { type Places, SYSTEMD_UNITS } from "../engine/docker/install/places.ts";
import { loadIdentity } from "../identity/identity.ts";
import { mountAt, parseMounts } from "../runtime/mount-table.ts";
import { requireMemory } from "../runtime/run-directory.ts";
import type { DiskSpace, DoctorFacts, FilePermissions, Found } from "./facts.ts";

export interface GatherOptions {
  readonly places: Places;
  /** The helper of this release, if it can be told. */
  readonly helper: Buffer | undefined;
  /** PATH of whoever asks. */
  readonly path: string;
}

/** Looks at everything, and changes nothing. What cannot be looked at is a finding, not an error. */
export async function gatherDoctorFacts(options: GatherOptions): Promise<DoctorFacts> {
  const { places } = options;
  const agentSocket = join(places.runDirectory, AGENT_SOCKET);
  const agent = await found(() => askAgent(agentSocket, { ask: "status" }, "status"));
  const engineProcess = await findEngineProcess(places.dockerSocket).catch(() => undefined);
  return {
    places,
    now: Date.now(),
    agent,
    engineProcess,
    runtimeSocket: await listens(join(places.runDirectory, "runtime.sock")),
    identity: await found(() => loadIdentity(places.stateDirectory)),
    keyFiles: await permissionsOf([places.stateDirectory, join(places.stateDirectory, "node.key")]),
    stateSpace: await spaceOf(places.stateDirectory),
    engine: await found(() => readEngineInfo(places.dockerSocket)),
    containers: await readEngineContainers(places.dockerSocket).catch(() => []),
    execRootProblem: await execRootProblem(engineProcess),
    daemonText: await textOf(places.dockerConfig),
    helper: await helperFacts(options),
    runDirectory: await runDirectoryFacts(places.runDirectory),
    coreDumps: await coreDumpFacts("is" in agent ? agent.is : undefined),
    credentials: await credentialFacts(options, "is" in agent ? agent.is.registries : undefined),
    unit: await unitFacts(places),
  };
}

async function found<T>(look: () => Promise<T>): Promise<Found<T>> {
  try {
    return { is: await look() };
  } catch (thrown) {
    return { problem: messageOf(thrown) };
  }
}

async function helperFacts({ places, helper }: GatherOptions): Promise<DoctorFacts["helper"]> {
  const isThere = await canRun(places.helper);
  const bytes = isThere ? await readIfThere(places.helper) : undefined;
  const settings = (await textOf(`${places.helper}.conf`))?.split("\n") ?? [];
  return { isThere, isCurrent: helper === undefined ? undefined : bytes?.equals(helper), settings };
}

async function execRootProblem(engine: EngineProcess | undefined): Promise<string | undefined> {
  if (engine === undefined) return undefined;
  const looked = await found(() => requireMemory(flagOf(engine.argv, "--exec-root") ?? "/var/run/docker"));
  return "problem" in looked ? looked.problem : undefined;
}

async function runDirectoryFacts(path: string): Promise<DoctorFacts["runDirectory"]> {
  const mount = mountAt(parseMounts(await readFile("/proc/self/mountinfo", "utf8")), path);
  const mode = await stat(path).then(
    (found) => found.mode & 0o7777,
    () => 0,
  );
  return { mount, mode, space: await spaceOf(path) };
}

async function coreDumpFacts(agent: AgentStatus | undefined): Promise<DoctorFacts["coreDumps"]> {
  const pattern = (await textOf("/proc/sys/kernel/core_pattern"))?.trim() ?? "core";
  const limits = agent === undefined ? undefined : await textOf(`/proc/${agent.pid}/limits`);
  const filter = agent === undefined ? undefined : await textOf(`/proc/${agent.pid}/coredump_filter`);
  return { pattern, filter: filter?.trim(), limit: /^Max core file size\s+(\S+)/m.exec(limits ?? "")?.[1] };
}

async function credentialFacts(
  { places, path }: GatherOptions,
  known: readonly string[] | undefined,
): Promise<DoctorFacts["credentials"]> {
  const { credentialHelper, clientConfig, credentialName } = places;
  return {
    isInstalled: await canRun(credentialHelper),
    isOnPath: path.split(delimiter).includes(dirname(credentialHelper)),
    configured: await found(async () =>
      registriesOf(clientConfig, (await readIfThere(clientConfig))?.toString("utf8"), credentialName),
    ),
    known,
  };
}

async function unitFacts({ unit, unitLinks }: Places): Promise<DoctorFacts["unit"]> {
  const links = await Promise.all(unitLinks.map(textOf));
  return {
    text: await textOf(unit),
    isEnabled: links.every((text) => text !== undefined),
    systemd: dirname(unit) === SYSTEMD_UNITS && (await isDirectory("/run/systemd/system")),
  };
}

async function permissionsOf(paths: readonly string[]): Promise<readonly FilePermissions[]> {
  const all = await Promise.all(
    paths.map(async (path) => {
      const { mode, uid } = (await stat(path).catch(() => undefined)) ?? {};
      return mode === undefined || uid === undefined ? [] : [{ path, mode: mode & 0o7777, uid }];
    }),
  );
  return all.flat();
}

async function spaceOf(path: string): Promise<DiskSpace | undefined> {
  const space = await statfs(path).catch(() => undefined);
  if (space === undefined) return undefined;
  return { free: space.bavail * space.bsize, total: space.blocks * space.bsize };
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
