import { existsSync } from "node:fs";
import { KeyholdError } from "../../common/errors.ts";
import { answers } from "./api.ts";
import { dockerdArguments } from "./configuration.ts";
import { type Daemon, endDaemon, startDaemon, untilReady } from "./daemon.ts";
import type { Engine } from "./engine.ts";
import type { EngineKind } from "./kinds/kind.ts";
import { mountMemory } from "./mounts.ts";
import { isContained, listProcesses, signal } from "./processes.ts";
import { type EnginePaths, type EngineRecord, pathsOf } from "./record.ts";
import { reloadConfiguration } from "./reload.ts";
import { powerOff, removeEngine } from "./teardown.ts";

/**
 * States: `stopped` (prepared, no process, no memory) → start → `running` → stop or kill → `stopped`; dispose from any → `removed`.
 * Calls are made one after the other; a failed start leaves `stopped`.
 */
export class PrivateEngine implements Engine {
  readonly kind: EngineKind;
  readonly #record: EngineRecord;
  readonly #paths: EnginePaths;
  #state: "stopped" | "running" | "removed" = "stopped";
  #daemons: { readonly containerd: Daemon; readonly dockerd: Daemon } | undefined;

  constructor(record: EngineRecord, kind: EngineKind) {
    this.kind = kind;
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
      const containerd = await startContainerd(this.#paths, this.kind);
      const dockerd = await startDockerd(this.#paths, this.kind);
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

async function startContainerd(paths: EnginePaths, { searchPath }: EngineKind): Promise<Daemon> {
  const settings = [`--config=${paths.containerdConfig}`];
  const containerd = startDaemon("containerd", settings, paths.containerdLog, searchPath);
  await untilReady(containerd, paths.containerdLog, () => existsSync(paths.containerdSocket));
  return containerd;
}

async function startDockerd(paths: EnginePaths, { searchPath }: EngineKind): Promise<Daemon> {
  const dockerd = startDaemon("dockerd", dockerdArguments(paths), paths.dockerdLog, searchPath);
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
