import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import { command } from "../setup/command.ts";
import { checkHost } from "../setup/host.ts";
import { answers } from "./api.ts";
import { createBridge } from "./bridge.ts";
import {
  containerdConfiguration,
  dockerdArguments,
  engineConfiguration,
  parseDockerdVersion,
} from "./configuration.ts";
import { type Daemon, endDaemon, startDaemon, untilReady } from "./daemon.ts";
import { withHostLock } from "./host-lock.ts";
import { mountMemory } from "./mounts.ts";
import { thisProcess } from "./owner.ts";
import { isContained, listProcesses, signal } from "./processes.ts";
import {
  type EnginePaths,
  type EngineRecord,
  idOfSubnet,
  pathsOf,
  readRecords,
  writeRecord,
} from "./record.ts";
import { reloadConfiguration } from "./reload.ts";
import { chooseSubnet, takenSubnets } from "./subnet.ts";
import { ENGINES_LOCK, sweepUnderLock } from "./sweep.ts";
import { powerOff, removeEngine } from "./teardown.ts";

export interface EngineOptions {
  /** What goes into the engine's daemon.json, for example `{ runtimes: { keyhold: { path } } }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Where the engine's throwaway data directory is made; on disk. Default: /var/tmp. */
  readonly temporaryDirectory?: string;
  /** A data directory of the caller's own instead: it is kept at the end, and the next engine finds its containers in it. */
  readonly dataDirectory?: string;
}

/** A private Docker Engine of this process, beside any other engine of the machine. */
export interface Engine extends AsyncDisposable {
  /**
   * Run-time things of this engine, on /run. Whatever serves the engine (an agent's run directory, a registry) may live in a
   * directory of its own in here: it is ended, unmounted and removed together with the engine.
   */
  readonly directory: string;
  /** The path of its API's socket; `unix://` before it makes a DOCKER_HOST. */
  readonly socket: string;
  readonly dataRoot: string;
  /** On tmpfs. */
  readonly execRoot: string;
  /** Its daemon.json. Whoever edits it calls {@link reload} then. */
  readonly configFile: string;
  /** dockerd's log, and so the place to look when a container does not start. */
  readonly log: string;
  readonly bridge: string;
  /** The address at which containers reach this host. */
  readonly gateway: string;
  /** Applies an edited daemon.json and returns when it is in force. Throws `invalid` with the engine's reason if it refuses it. */
  reload(): Promise<void>;
  /** Shuts down in order, as a machine does before a reboot: containers end, memory is empty, data stays. */
  stop(): Promise<void>;
  /** Power cut: nothing ends in order, data stays. */
  kill(): Promise<void>;
  /** Starts again after {@link stop} or {@link kill}; containers with a restart policy come back. */
  start(): Promise<void>;
}

/**
 * Starts a Docker Engine that shares nothing with another one on this machine: own containerd, socket, data, memory, bridge and
 * control group; no firewall rule and no system setting is touched. Engines that killed runs left behind are removed first.
 * Throws `precondition` (this machine cannot run one), `failed` or `timeout` (with the last lines of the log); then nothing is left.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const host = checkHost();
  if (host.missing !== undefined) throw new KeyholdError({ code: "precondition", message: host.missing });
  const record = await withHostLock(ENGINES_LOCK, async () => {
    await sweepUnderLock();
    return claimRecord(options);
  });
  try {
    const engine = new PrivateEngine(record);
    await prepare(record, options.configuration ?? {});
    await engine.start();
    return engine;
  } catch (thrown) {
    await removeEngine(record).catch((second: unknown) => {
      throw new AggregateError([thrown, second], "an engine could neither be started nor removed");
    });
    throw thrown;
  }
}

/** Chooses the engine's network, and with it its id; the bridge of an engine that is just starting may not be there yet. */
async function claimRecord(options: EngineOptions): Promise<EngineRecord> {
  const others = await readRecords();
  const taken = [...(await takenSubnets()), ...others.map((other) => other.subnet)];
  const subnet = chooseSubnet(taken, Math.floor(Math.random() * 0xffff));
  const busy = others.find((other) => other.dataDirectory === options.dataDirectory);
  if (busy !== undefined) {
    throw new KeyholdError({
      code: "precondition",
      message: `the data directory ${busy.dataDirectory} is in use by the engine of process ${busy.owner.pid}`,
      next: "end that process, or use another directory",
    });
  }
  const temporary = join(options.temporaryDirectory ?? "/var/tmp", `keyhold-engine-${randomUUID()}`);
  const record = {
    id: idOfSubnet(subnet),
    subnet,
    owner: thisProcess(),
    dataDirectory: options.dataDirectory ?? temporary,
    keepsData: options.dataDirectory !== undefined,
  };
  await writeRecord(record);
  return record;
}

/** Makes the parts that outlive a stop: directories, configuration, bridge. */
async function prepare(
  record: EngineRecord,
  configuration: Readonly<Record<string, unknown>>,
): Promise<void> {
  const paths = pathsOf(record);
  await mkdir(paths.memory, { recursive: true });
  await mkdir(record.dataDirectory, { recursive: true, mode: 0o710 });
  const version = parseDockerdVersion(await command("dockerd", ["--version"]));
  const settings = engineConfiguration(configuration, version, record.dataDirectory);
  await writeFile(paths.configFile, JSON.stringify(settings, undefined, 2));
  await writeFile(paths.containerdConfig, containerdConfiguration(paths));
  await createBridge(paths.bridge, paths.gateway);
}

/**
 * States: `stopped` (prepared, no process, no memory) → start → `running` → stop or kill → `stopped`; dispose from any → `removed`.
 * Calls are made one after the other; a failed start leaves `stopped`.
 */
class PrivateEngine implements Engine {
  readonly #record: EngineRecord;
  readonly #paths: EnginePaths;
  #state: "stopped" | "running" | "removed" = "stopped";
  #daemons: { readonly containerd: Daemon; readonly dockerd: Daemon } | undefined;

  constructor(record: EngineRecord) {
    this.#record = record;
    this.#paths = pathsOf(record);
  }

  get directory(): string {
    return this.#paths.directory;
  }
  get socket(): string {
    return this.#paths.socket;
  }
  get dataRoot(): string {
    return this.#paths.dataRoot;
  }
  get execRoot(): string {
    return this.#paths.execRoot;
  }
  get configFile(): string {
    return this.#paths.configFile;
  }
  get log(): string {
    return this.#paths.dockerdLog;
  }
  get bridge(): string {
    return this.#paths.bridge;
  }
  get gateway(): string {
    return this.#paths.gateway;
  }

  async start(): Promise<void> {
    this.#expect("stopped");
    await mountMemory(this.#paths.memory);
    try {
      const containerd = await startContainerd(this.#paths);
      const dockerd = await startDockerd(this.#paths);
      this.#daemons = { containerd, dockerd };
      this.#state = "running";
    } catch (thrown) {
      await powerOff(this.#record);
      throw thrown;
    }
  }

  async reload(): Promise<void> {
    const { dockerd } = this.#running();
    await reloadConfiguration(this.#paths, dockerd);
  }

  async stop(): Promise<void> {
    const { containerd, dockerd } = this.#running();
    const hurry = hurryContainers(this.#paths.cgroup);
    await endDaemon(dockerd, 20_000).finally(hurry);
    await endDaemon(containerd, 5_000);
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#running();
    await powerOff(this.#record);
    this.#daemons = undefined;
    this.#state = "stopped";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "removed") return;
    await removeEngine(this.#record);
    this.#state = "removed";
  }

  #running(): { readonly containerd: Daemon; readonly dockerd: Daemon } {
    this.#expect("running");
    if (this.#daemons === undefined) throw new Error("a running engine has daemons");
    return this.#daemons;
  }

  #expect(state: "stopped" | "running"): void {
    if (this.#state === state) return;
    throw new KeyholdError({
      code: "precondition",
      message: `the engine ${this.#record.id} is ${this.#state}, not ${state}`,
    });
  }
}

async function startContainerd(paths: EnginePaths): Promise<Daemon> {
  const containerd = startDaemon("containerd", [`--config=${paths.containerdConfig}`], paths.containerdLog);
  await untilReady(containerd, paths.containerdLog, () => existsSync(paths.containerdSocket));
  return containerd;
}

async function startDockerd(paths: EnginePaths): Promise<Daemon> {
  const dockerd = startDaemon("dockerd", dockerdArguments(paths), paths.dockerdLog);
  await untilReady(dockerd, paths.dockerdLog, () => answers(paths.socket));
  return dockerd;
}

/**
 * Kills what is left in containers a second after a shutdown began. The engine would wait ten for each shell that ignores SIGTERM
 * as process 1; to the engine it looks as if they had ended by themselves.
 * @returns a function that calls it off
 */
function hurryContainers(cgroup: string): () => void {
  const timer = setTimeout(() => {
    for (const one of listProcesses().filter((each) => isContained(cgroup, each))) signal(one.pid, "SIGKILL");
  }, 1_000);
  return () => clearTimeout(timer);
}
