import { join } from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { type AgentPace, type RunningAgent, startAgent } from "../../agent/agent.ts";
import { parseAgentConfig } from "../../agent/config.ts";
import { sleep } from "../../common/backoff.ts";
import { loadApi } from "../../common/grpc/protos.ts";
import { createLog, silentLog } from "../../common/log.ts";
import { parseServerConfig } from "../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../controlplane/server.ts";
import { type Engine, startEngine } from "../../tools/engine/engine.ts";
import { type Api, connectApi } from "../../tools/stage/api.ts";
import type { Docker } from "../../tools/stage/docker.ts";
import { privateEngine } from "../../tools/stage/engine-connection.ts";
import { runtimeTarget } from "../../tools/stage/runtime.ts";
import { type People, SAMPLE, seedSample, setEnv } from "../../tools/stage/sample.ts";
import { openStage, type Stage } from "../../tools/stage/stage.ts";
import { IMAGE } from "./stage.ts";

/** The options of a container that is given the sample's secrets. */
export const LABELLED: readonly string[] = [
  "--runtime",
  "keyhold",
  "-l",
  `keyhold.workspace=${SAMPLE.label}`,
  "-l",
  "keyhold.stop-timeout=1",
];
/** Says what it was given, and stays. */
export const PRINT: readonly string[] = [IMAGE, "sh", "-c", 'echo "$API_KEY"; exec sleep 600'];

/** Nobody waits 15 s for a server to be found again, nor 5 s between the restarts of two containers. */
const HURRIED: AgentPace = {
  healthyAfter: 200,
  pause: (milliseconds, signal) => sleep(Math.min(milliseconds, 500), signal),
};

/** A whole product whose parts can go away and come back one by one: for what must hold in between. */
export class OutageHouse implements AsyncDisposable {
  readonly engine: Engine;
  readonly stage: Stage;
  readonly people: People;
  readonly logged: string[] = [];
  #server: RunningServer;
  #agent: RunningAgent;
  #count = 0;

  private constructor(engine: Engine, stage: Stage, people: People) {
    this.engine = engine;
    this.stage = stage;
    this.people = people;
    this.#server = stage.server;
    this.#agent = stage.agent;
  }

  static async open(): Promise<OutageHouse> {
    const engine = await startEngine();
    try {
      const stage = await openStage({ image: IMAGE, engine: privateEngine(engine) });
      return new OutageHouse(engine, stage, await seedSample(stage));
    } catch (thrown) {
      await engine[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  get docker(): Docker {
    return this.stage.docker;
  }

  get runDirectory(): string {
    return runtimeTarget(this.stage.engine, this.stage.directory).runDirectory;
  }

  get stateDirectory(): string {
    return join(this.stage.directory, "agent");
  }

  stopServer(): Promise<void> {
    return this.#server.close();
  }

  /** At the addresses it had, with the data it had. */
  async startServer(): Promise<void> {
    const { apiAddress, nodeAddress, httpAddress, dataDirectory } = this.stage.server;
    const listen = { apiListen: apiAddress, nodeListen: nodeAddress, httpListen: httpAddress };
    this.#server = await startServer(parseServerConfig({ dataDirectory, ...listen }), silentLog);
  }

  /** A new value that nobody hears of: written by a server at another address, with the data of the one that is down. */
  async changeElsewhere(): Promise<string> {
    const { dataDirectory, caFile } = this.stage.server;
    const any = "127.0.0.1:0";
    const listen = { apiListen: any, nodeListen: any, httpListen: any };
    const server = await startServer(parseServerConfig({ dataDirectory, ...listen }), silentLog);
    const alice = connectApi(loadApi(), { address: server.apiAddress, caFile }, this.people.aliceToken);
    try {
      return await this.#write(alice);
    } finally {
      alice.close();
      await server.close();
    }
  }

  stopAgent(): Promise<void> {
    return this.#agent.close();
  }

  async startAgent(): Promise<void> {
    const { stateDirectory, runDirectory } = this;
    const { server, engine } = this.stage;
    const [address, dockerSocket] = [server.apiAddress, engine.socket];
    const log = createLog({ level: "info", name: "agent", write: (line) => this.logged.push(line) });
    const config = parseAgentConfig({ server: address, stateDirectory, runDirectory, dockerSocket });
    this.#agent = await startAgent(config, log, HURRIED);
  }

  /** Values differ from test to test, so that none can pass with what an earlier one left. */
  newValue(): Promise<string> {
    return this.#write(this.people.alice);
  }

  async #write(alice: Api): Promise<string> {
    this.#count += 1;
    const value = `canary-value-${this.#count}-of-this-file`;
    await setEnv(alice, SAMPLE.user, "API_KEY", value);
    return value;
  }

  run(...args: readonly string[]): Promise<string> {
    return this.docker("run", "-d", ...LABELLED, ...args);
  }

  async printed(container: string): Promise<readonly string[]> {
    return (await this.docker("logs", container)).split("\n");
  }

  async untilPrinted(container: string, values: readonly string[]): Promise<void> {
    await vi.waitFor(async () => expect(await this.printed(container)).toEqual(values), {
      timeout: 50_000,
      interval: 50,
    });
  }

  /** What `docker exec` is given. */
  execValue(container: string): Promise<string> {
    return this.docker("exec", container, "sh", "-c", 'echo "$API_KEY"');
  }

  async untilExecShows(container: string, value: string): Promise<void> {
    await vi.waitFor(async () => expect(await this.execValue(container)).toBe(value), {
      timeout: 50_000,
      interval: 50,
    });
  }

  startedAt(container: string): Promise<string> {
    return this.docker("inspect", "-f", "{{.State.StartedAt}}", container);
  }

  /** Messages that the agents of this house have logged since the list was emptied. */
  messages(): readonly string[] {
    return this.logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
  }

  async untilLogged(message: string): Promise<void> {
    await vi.waitFor(() => expect(this.messages()).toContain(message), { timeout: 50_000, interval: 20 });
  }

  async removeContainers(): Promise<void> {
    const left = await this.docker("ps", "-aq");
    if (left !== "") await this.docker("rm", "-f", ...left.split("\n"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
    await this.#server.close();
    await this.stage[Symbol.asyncDispose]();
    await this.engine[Symbol.asyncDispose]();
  }
}

/** One for a whole test file. */
export function useOutageHouse(): { readonly house: OutageHouse } {
  let opened: OutageHouse | undefined;
  beforeAll(async () => {
    opened = await OutageHouse.open();
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  return {
    get house() {
      if (opened === undefined) throw new Error("the house is open only inside of tests");
      return opened;
    },
  };
}
