import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { command } from "../../../common/command.ts";
import { type Engine, startEngine } from "../../../tools/engine/engine.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { type Docker, dockerFor } from "../../../tools/stage/docker.ts";
import { privateEngine } from "../../../tools/stage/engine-connection.ts";
import { installRuntime, type RuntimeTarget, runtimeTarget } from "../../../tools/stage/runtime.ts";
import { COMMAND } from "../../integration/cli/process.ts";
import { IMAGE } from "../stage.ts";
import type { Place } from "./network.ts";

/** On the host's own loopback. */
const METRICS = "127.0.0.1:7481";

export interface HostOptions {
  readonly place: Place;
  /** `host:port` of the API. */
  readonly server: string;
  readonly joinToken: string;
}

/** A Docker host: an engine of its own, and the agent as a process of its own behind a network link that can be cut. */
export class Host implements AsyncDisposable {
  readonly place: Place;
  readonly engine: Engine;
  readonly docker: Docker;
  /** Messages of the agent's log, of all agents that ran here. */
  readonly said: string[] = [];
  readonly #directory: string;
  readonly #runtime: RuntimeTarget;
  readonly #options: HostOptions;
  #agent: ChildProcess | undefined;

  private constructor(options: HostOptions, engine: Engine, directory: string) {
    this.#options = options;
    this.#directory = directory;
    this.place = options.place;
    this.engine = engine;
    this.docker = dockerFor(engine.socket, privateEngine(engine).programs?.client);
    this.#runtime = runtimeTarget(privateEngine(engine), directory);
  }

  static async open(options: HostOptions): Promise<Host> {
    await using undo = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), "keyhold-host-"));
    undo.defer(() => rm(directory, { recursive: true, force: true }));
    const engine = undo.use(await startEngine());
    await importBaseImage(engine, IMAGE);
    const host = new Host(options, engine, directory);
    undo.defer(() => host.killAgent());
    await installRuntime(host.#runtime, privateEngine(engine));
    await host.startAgent();
    undo.move();
    return host;
  }

  /** Resolves when it is connected, or has said that it cannot be. */
  async startAgent(): Promise<void> {
    const { place, server, joinToken } = this.#options;
    const flags = [
      ["--server", server],
      ["--join", joinToken],
      ["--state", join(this.#directory, "state")],
      ["--run-dir", this.#runtime.runDirectory],
      ["--docker-socket", this.engine.socket],
      ["--metrics-listen", METRICS],
    ];
    const words = [
      `--net=${place.namespace}`,
      process.execPath,
      ...COMMAND,
      "agent",
      "start",
      ...flags.flat(),
    ];
    const agent = spawn("nsenter", words, { stdio: ["ignore", "ignore", "pipe"] });
    this.#agent = agent;
    const ready = Promise.withResolvers<void>();
    const lines = createInterface({ input: agent.stderr });
    lines.on("line", (line) => {
      const said = messageOf(line);
      this.said.push(said);
      if (/^(Connected|Not connected) to the control plane/.test(said)) ready.resolve();
    });
    agent.once("exit", () => ready.reject(new Error(`the agent ended: ${this.said.slice(-5).join("; ")}`)));
    await ready.promise;
  }

  /** The agent's metrics, read on its host. */
  async metrics(): Promise<string> {
    const read = ["busybox", "wget", "-q", "-O", "-", `http://${METRICS}/metrics`];
    return command("nsenter", [`--net=${this.place.namespace}`, ...read]);
  }

  /** kill -9. */
  async killAgent(): Promise<void> {
    const agent = this.#agent;
    if (agent === undefined) return;
    this.#agent = undefined;
    if (agent.exitCode !== null || agent.signalCode !== null) return;
    const ended = once(agent, "exit");
    agent.kill("SIGKILL");
    await ended;
  }

  /** Power cut of the whole host. */
  async lose(): Promise<void> {
    await this.killAgent();
    await this.engine.kill();
  }

  /** Power is back: the engine comes up with its data, and so does the agent. */
  async comeBack(): Promise<void> {
    const agent = this.startAgent();
    await this.engine.start();
    await agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAgent();
    await this.engine[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function messageOf(line: string): string {
  try {
    return JSON.parse(line).msg;
  } catch {
    return line;
  }
}
