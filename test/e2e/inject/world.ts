import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DockerEngine } from "../../../agent/engine/docker/api/docker-engine.ts";
import { install } from "../../../agent/engine/docker/install/runtime.ts";
import { ContainerFiles } from "../../../agent/inject/files/container-files.ts";
import { followContainers } from "../../../agent/inject/follow.ts";
import { HeldSecrets } from "../../../agent/inject/held-secrets.ts";
import { Injector } from "../../../agent/inject/injector.ts";
import { RecordStore } from "../../../agent/inject/record-store.ts";
import { buildNativeHelper } from "../../../agent/runtime/native-helper.ts";
import {
  prepareRunDirectory,
  releaseRunDirectory,
  requireMemory,
} from "../../../agent/runtime/run-directory.ts";
import { startRuntimeServer } from "../../../agent/runtime/runtime-server.ts";
import { ContainerWatcher } from "../../../agent/watch/container-watcher.ts";
import { RuntimeCheck } from "../../../agent/watch/runtime-check.ts";
import type { Bundle, TargetSource, TargetState } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog, type Log } from "../../../common/log.ts";
import type { Engine } from "../../../tools/engine/engine.ts";

/** A control plane in memory, with the rules of the real one: no answer is never an empty bundle. */
class MemorySource implements TargetSource {
  readonly #states = new Map<string, TargetState>();
  readonly #listeners = new Set<(state: TargetState) => void>();
  readonly prefetched: string[] = [];
  readonly released: string[] = [];
  connected = true;

  set(bundle: Bundle): void {
    this.#change({ kind: "bundle", target: bundle.target, bundle });
  }

  refuse(target: string, reason: string, next: string): void {
    this.#change({ kind: "refused", target, reason, next });
  }

  async obtain(target: string): Promise<TargetState> {
    const state = this.#states.get(target);
    if (state !== undefined) return state;
    if (this.connected) return { kind: "refused", target, reason: "it does not exist", next: "create it" };
    throw new KeyholdError({ code: "unavailable", message: "no connection to 127.0.0.1:7444" });
  }

  prefetch(target: string): void {
    this.prefetched.push(target);
  }

  peek(target: string): TargetState | undefined {
    return this.#states.get(target);
  }

  release(target: string): void {
    this.released.push(target);
  }

  onChange(listener: (state: TargetState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #change(state: TargetState): void {
    this.#states.set(state.target, state);
    for (const listener of this.#listeners) listener(state);
  }
}

/** The agent without its session: everything between the engine and a source of bundles. */
export interface TestAgent extends AsyncDisposable {
  readonly injector: Injector;
  readonly watcher: ContainerWatcher;
  readonly check: RuntimeCheck;
  readonly files: ContainerFiles;
}

/** What the agents of one engine share: where they run, and all that they logged. */
export class InjectWorld implements AsyncDisposable {
  readonly engine: Engine;
  readonly runDirectory: string;
  readonly source = new MemorySource();
  readonly logged: string[] = [];
  readonly #log: Log = createLog({
    level: "debug",
    name: "agent",
    write: (line) => this.logged.push(line),
  });

  constructor(engine: Engine) {
    this.engine = engine;
    this.runDirectory = join(engine.directory, "keyhold");
  }

  /** Registers the runtime with the engine, as `agent install` does. */
  async install(): Promise<void> {
    const root = join(import.meta.dirname, "../../..");
    const builtHelper = await buildNativeHelper({
      source: join(root, "agent/runtime/keyhold-runtime.c"),
      outputDirectory: join(root, ".cache", "native"),
    });
    const { dataRoot, configFile, directory } = this.engine;
    await mkdir(join(directory, "helper"), { recursive: true });
    const helperPath = join(directory, "helper", "keyhold-runtime");
    const settings = { socket: join(this.runDirectory, "runtime.sock"), dataRoot, waitMs: 2_000 };
    await install({ helperPath, dockerConfigPath: configFile, builtHelper, settings }, this.engine);
  }

  async startAgent(): Promise<TestAgent> {
    await requireMemory(this.engine.execRoot);
    await prepareRunDirectory({ path: this.runDirectory, size: 16 << 20 });
    const { runDirectory } = this;
    const engine = new DockerEngine({ socketPath: this.engine.socket });
    const log = this.#log;
    const watcher = new ContainerWatcher({ engine, log });
    const files = new ContainerFiles({ runDirectory });
    const records = new RecordStore({ runDirectory, log });
    const held = new HeldSecrets({ runDirectory, files, log });
    const injector = new Injector({ labels: watcher, source: this.source, files, records, held, log });
    const check = new RuntimeCheck({ engine, log, runtime: "keyhold" });
    check.attach(watcher);
    followContainers({ watcher, source: this.source, reinjection: injector, log });
    await injector.recover();
    const handler = injector.handle.bind(injector);
    const server = await startRuntimeServer({ socketPath: join(runDirectory, "runtime.sock"), handler, log });
    watcher.start();
    await watcher.ready();
    await injector.retain(new Set(watcher.containers().keys()));
    return {
      injector,
      watcher,
      check,
      files,
      [Symbol.asyncDispose]: async () => {
        await server.close();
        await watcher.close();
        await files.idle();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await releaseRunDirectory(this.runDirectory);
  }
}
