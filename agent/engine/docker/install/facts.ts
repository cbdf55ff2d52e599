import { access, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyholdError } from "../../../../common/errors.ts";
import { readIfThere } from "../../../../common/files/host-file.ts";
import { askAgent } from "../../../credential-socket/ask.ts";
import { AGENT_SOCKET, type AgentStatus } from "../../../credential-socket/wire.ts";
import { RUNTIME_NAME } from "../../../runtime/helper-settings.ts";
import {
  type EngineContainer,
  type EngineInfo,
  type EngineProcess,
  findEngineProcess,
  readEngineContainers,
  readEngineInfo,
} from "../api/engine-info.ts";
import type { FoundFile } from "./edit.ts";
import { type Places, SYSTEMD_UNITS } from "./places.ts";
import { findPreviousDefault, type PreviousDefault } from "./previous-default.ts";
import { type InstallRecord, readRecord } from "./record.ts";
import { findUntrusted, type Untrusted } from "./untrusted.ts";

export interface FoundEngine {
  readonly info: EngineInfo;
  readonly process: EngineProcess | undefined;
  readonly containers: readonly EngineContainer[];
}

/** What is so on a host before anything is planned. */
export interface HostFacts {
  readonly record: InstallRecord | undefined;
  readonly daemon: FoundFile | undefined;
  readonly client: FoundFile | undefined;
  /** Undefined: it is not running. */
  readonly engine: FoundEngine | undefined;
  /** Directories of what is to be written that are not there, parents first. */
  readonly missing: readonly string[];
  /** Files where ours are to be that something else has written. */
  readonly foreign: readonly string[];
  /** Whether systemd runs and reads the directory of our unit. */
  readonly systemd: boolean;
  readonly unitActive: boolean;
  /** Whether the node has an identity. */
  readonly enrolled: boolean;
  readonly agentAnswers: boolean;
  /** Whether the agent that answers has a stream: the control plane accepts the node. */
  readonly agentConnected: boolean;
  /** The registries of the node's projects; undefined: no agent answers, or it does not know them all yet. */
  readonly registries: readonly string[] | undefined;
  /** Of what root is going to run: what somebody else could change. Undefined: nothing, or nothing was asked about. */
  readonly untrusted: Untrusted | undefined;
  /** The runtime that containers have without keyhold. */
  readonly previous: PreviousDefault;
}

/** In what we write, so that it is known again. */
const MARK = "keyhold agent install";

export interface FactSources {
  /** Whether a unit is active; throws where systemd does not run. */
  readonly isActive: (unit: string) => Promise<boolean>;
  /** Files and directory trees that root is going to run. */
  readonly programs: readonly string[];
}

/** Looks at everything, and changes nothing. @throws KeyholdError `failed` for what cannot be read */
export async function gatherFacts(places: Places, { isActive, programs }: FactSources): Promise<HostFacts> {
  const record = await readRecord(places.record);
  const systemd = dirname(places.unit) === SYSTEMD_UNITS && (await exists("/run/systemd/system"));
  const agent = await askedAgent(places);
  const files = [places.record, places.credentialHelper, places.unit, ...places.unitLinks];
  const daemon = await readFound(places.dockerConfig);
  const engine = await findEngine(places.dockerSocket);
  return {
    record,
    systemd,
    daemon,
    client: await readFound(places.clientConfig),
    engine,
    missing: await missingDirectories([...files, places.dockerConfig, places.clientConfig, places.joinFile]),
    foreign: await foreignFiles([places.credentialHelper, places.unit]),
    unitActive: systemd && (await isActive(places.unitName)),
    enrolled: await exists(join(places.stateDirectory, "node.json")),
    agentAnswers: agent !== undefined,
    agentConnected: agent?.connected === true,
    registries: agent?.registries,
    untrusted: findUntrusted(programs),
    previous: await findPreviousDefault({
      daemonPath: places.dockerConfig,
      daemonText: daemon?.text,
      recorded: record?.previousDefault,
      engine,
      own: RUNTIME_NAME,
    }),
  };
}

async function findEngine(socket: string): Promise<FoundEngine | undefined> {
  const info = await readEngineInfo(socket).catch(() => undefined);
  if (info === undefined) return undefined;
  const [process, containers] = await Promise.all([findEngineProcess(socket), readEngineContainers(socket)]);
  return { info, process, containers };
}

async function askedAgent({ runDirectory }: Places): Promise<AgentStatus | undefined> {
  try {
    return await askAgent(join(runDirectory, AGENT_SOCKET), { ask: "status" }, "status");
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}

/** Text that is not UTF-8 would not come back as it was. */
async function readFound(path: string): Promise<FoundFile | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, modified: (await stat(path)).mtimeMs };
  } catch (cause) {
    const next = "correct it by hand, then try again; nothing was changed";
    throw new KeyholdError({
      code: "precondition",
      message: `cannot change ${path}: it is not UTF-8`,
      next,
      cause,
    });
  }
}

async function missingDirectories(files: readonly string[]): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const file of files) {
    for (let path = dirname(file); !(await exists(path)); path = dirname(path)) missing.add(path);
  }
  return [...missing].sort();
}

async function foreignFiles(paths: readonly string[]): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined && !text.includes(MARK)) foreign.push(path);
  }
  return foreign;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
