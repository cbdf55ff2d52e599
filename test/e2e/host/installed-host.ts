import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, vi } from "vitest";
import { askAgent } from "../../../agent/credential-socket/ask.ts";
import { type Places, uninstallFromHost } from "../../../agent/maintenance.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { type HostWorld, startHostWorld } from "../../integration/cli/host-process-world.ts";
import { keyhold, type Outcome } from "../../integration/cli/process.ts";
import { type Host, makeHost } from "../../integration/install/world.ts";
import { startTestEngine } from "../../support/engine/engine.ts";

export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A Docker host with a real engine and a control plane, and what an operator types on it. */
export class InstalledHost implements AsyncDisposable {
  readonly engine: Engine;
  readonly world: HostWorld;
  readonly host: Host;
  #agent: ChildProcess | undefined;

  private constructor(engine: Engine, world: HostWorld, host: Host) {
    this.engine = engine;
    this.world = world;
    this.host = host;
  }

  static async open(): Promise<InstalledHost> {
    const [engine, world] = await Promise.all([startTestEngine(), startHostWorld()]);
    return new InstalledHost(engine, world, await makeHost(engine));
  }

  get places(): Places {
    return this.host.places;
  }

  /** PATH as an installation leaves it. */
  get path(): string {
    return `${dirname(this.places.credentialHelper)}:${SYSTEM_PATH}`;
  }

  /** `keyhold WORDS…`, for this host and engine. */
  command(...words: readonly string[]): Promise<Outcome> {
    return this.commandAs({ ...this.world.owner, PATH: this.path }, ...words);
  }

  commandAs(environment: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Outcome> {
    const { places, engine, host } = this;
    const flags = [
      ...["--prefix", join(host.root, "usr/local"), "--unit-dir", dirname(places.unit)],
      ...["--docker-config", engine.configFile, "--docker-socket", `unix://${engine.socket}`],
      ...["--docker-client-config", places.clientConfig],
      ...["--state", places.stateDirectory, "--run-dir", places.runDirectory],
    ];
    return keyhold([...words, ...flags], { environment });
  }

  /** With a token for the projects `web` and `api`, in a file. */
  async install(...more: readonly string[]): Promise<Outcome> {
    await keyhold(["project", "create", "acme/api"], { environment: this.world.owner });
    const projects = ["--project", "web", "--project", "api"];
    const words = ["node", "join-token", "acme", "--name", "build-1", ...projects];
    const token = await keyhold(words, { environment: this.world.owner });
    const file = join(this.world.server.directory, "join");
    await writeFile(file, token.stdout);
    const server = this.world.server.address;
    return this.command("agent", "install", "--server", server, "--join-file", file, ...more);
  }

  /** What systemd would start, with the rights that the unit leaves. */
  async startAgent(): Promise<void> {
    const unit = await readFile(this.places.unit, "utf8");
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(unit)?.[1] ?? "";
    const capabilities = value("CapabilityBoundingSet")
      .split(" ")
      .map((name) => `+${name.replace("CAP_", "").toLowerCase()}`);
    const set = ["-all", ...capabilities].join(",");
    const rights = ["--no-new-privs", `--bounding-set=${set}`, `--inh-caps=${set}`];
    const core = `--core=${value("LimitCORE")}`;
    const words = [...rights, "prlimit", core, ...value("ExecStart").split(" ")];
    const stdio = ["ignore", "ignore", "pipe"] as const;
    const agent = spawn("setpriv", words, { env: { PATH: SYSTEM_PATH }, stdio: [...stdio] });
    this.#agent = agent;
    let said = "";
    agent.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await vi.waitFor(
      async () => expect(agent.exitCode === null ? await this.#isConnected() : said).toBe(true),
      { timeout: 30_000, interval: 50 },
    );
  }

  async endAgent(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined || agent.exitCode !== null) return;
    const ended = new Promise((resolve) => agent.once("exit", resolve));
    agent.kill("SIGTERM");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Each of them also where one before it fails.
    await using stack = new AsyncDisposableStack();
    stack.use(this.host);
    stack.use(this.engine);
    stack.use(this.world);
    stack.defer(async () => {
      await uninstallFromHost({ places: this.places, force: true }, { dryRun: false });
    });
    stack.defer(() => this.endAgent());
  }

  #isConnected(): Promise<boolean> {
    const socket = join(this.places.runDirectory, "agent.sock");
    return askAgent(socket, { ask: "status" }, "status").then(
      ({ connected }) => connected,
      () => false,
    );
  }
}
