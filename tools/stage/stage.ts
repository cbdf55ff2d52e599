import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentPace, RunningAgent } from "../../agent/agent.ts";
import { uninstall } from "../../agent/engine/docker/install/runtime.ts";
import { loadApi } from "../../common/grpc/protos.ts";
import { type Log, silentLog } from "../../common/log.ts";
import type { RunningServer } from "../../controlplane/server.ts";
import { startEngine } from "../engine/engine.ts";
import { importBaseImage } from "../engine/images.ts";
import { type Api, connectApi } from "./api.ts";
import { type Docker, dockerFor } from "./docker.ts";
import { type EngineConnection, privateEngine } from "./engine-connection.ts";
import { joinAgent, openControlPlane, type Ports, readOwnerToken } from "./processes.ts";
import { PROJECT } from "./project.ts";
import { installRuntime, runtimeTarget } from "./runtime.ts";

/** Wraps each part of the set-up, to say what is being done. */
type Step = <T>(describe: string | ((result: T) => string), work: () => Promise<T>) => Promise<T>;

export interface StageOptions {
  /** The tag under which a small image is imported, for sample containers. */
  readonly image: string;
  /** Default: a private engine that ends with the stage. */
  readonly engine?: EngineConnection;
  /** Holds `server/` and `agent/`. Default: a new directory that is removed with the stage. */
  readonly directory?: string;
  /** `default`: those of the contract; `free` (default): any, so that stages do not collide. */
  readonly ports?: Ports;
  readonly log?: Log;
  readonly step?: Step;
  /** Of the agent. */
  readonly pace?: AgentPace;
}

/** The whole product on one machine: engine, control plane, agent, in this process. */
export interface Stage extends AsyncDisposable {
  readonly directory: string;
  readonly engine: EngineConnection;
  readonly docker: Docker;
  readonly server: RunningServer;
  readonly agent: RunningAgent;
  /** The API as the server's owner, who also owns the organization `acme`. */
  readonly ownerApi: Api;
  /** The API as whoever holds the token. Closed with the stage. */
  apiFor(token: string): Api;
}

const ORGANIZATION = "acme";

/**
 * Starts one after the other what `npm start` needs, and undoes it in reverse: when a later part fails, and at the end.
 * The organization `acme` is created if it is not there, because a node joins an organization.
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { step = (_describe, work) => work(), log = silentLog, pace = {} } = options;
  await using stack = new AsyncDisposableStack();
  const directory = options.directory ?? (await ownDirectory(stack));
  const engine = options.engine ?? (await step("a private Docker Engine is up", () => ownEngine(stack)));
  await step("an image is imported, made from busybox", () => importBaseImage(engine, options.image));

  const server = await step(describeServer, () =>
    openControlPlane(join(directory, "server"), options.ports ?? "free", log),
  );
  stack.defer(() => server.close());
  const services = loadApi();
  const apiFor = (token: string): Api => {
    const api = connectApi(services, { address: server.apiAddress, caFile: server.caFile }, token);
    stack.defer(() => api.close());
    return api;
  };
  const ownerApi = apiFor(await readOwnerToken(server));

  const runtime = runtimeTarget(engine, directory);
  await step("the OCI runtime keyhold is registered with the engine", () => installRuntime(runtime, engine));
  stack.defer(() => removeRuntime(runtime, engine, options.engine !== undefined));
  const agent = await step(
    (joined: RunningAgent) => `the agent has joined as ${joined.node}, and speaks mTLS`,
    () => joinAgent({ organization: ORGANIZATION, ownerApi, server, engine, directory, runtime, log, pace }),
  );
  stack.defer(() => agent.close());

  const owned = stack.move();
  return {
    directory,
    engine,
    docker: dockerFor(engine.socket, engine.programs?.client),
    server,
    agent,
    ownerApi,
    // The parts that came later are ended first.
    apiFor: (token) => {
      const api = connectApi(services, { address: server.apiAddress, caFile: server.caFile }, token);
      owned.defer(() => api.close());
      return api;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function ownDirectory(stack: AsyncDisposableStack): Promise<string> {
  await mkdir(PROJECT.cache, { recursive: true });
  const directory = await mkdtemp(join(PROJECT.cache, "stage-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function ownEngine(stack: AsyncDisposableStack): Promise<EngineConnection> {
  return privateEngine(stack.use(await startEngine()));
}

function describeServer(server: RunningServer): string {
  return `the control plane is up on ${server.apiAddress} (gRPC, TLS), on embedded SQLite`;
}

/** A private engine is about to be removed with all it has; somebody else's must be left as it was. */
async function removeRuntime(
  target: ReturnType<typeof runtimeTarget>,
  engine: EngineConnection,
  isForeign: boolean,
): Promise<void> {
  if (!isForeign) return;
  await uninstall(target, { reload: () => engine.reload(), runningUnderKeyhold: async () => [] });
}
