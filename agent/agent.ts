import { hostname } from "node:os";
import { join } from "node:path";
import { KeyholdError } from "../common/errors.ts";
import { RenewableCredentials } from "../common/grpc/channel.ts";
import { invoke } from "../common/grpc/invoke.ts";
import { type KeyholdApi, loadApi, loadDefinition } from "../common/grpc/protos.ts";
import { StatusCodec } from "../common/grpc/status.ts";
import { Lifecycle } from "../common/lifecycle.ts";
import type { Log } from "../common/log.ts";
import { VERSION } from "../common/version.ts";
import { Coordinator } from "./change/coordinator.ts";
import { Restarter } from "./change/restarter.ts";
import type { AgentConfig } from "./config.ts";
import { DockerEngine } from "./engine/docker-engine.ts";
import { requireEngineSocket } from "./engine/socket-check.ts";
import { formatAddress, parseAddress } from "./identity/address.ts";
import { ensureIdentity } from "./identity/ensure-identity.ts";
import { type AgentIdentity, channelIdentity } from "./identity/identity.ts";
import { Renewer } from "./identity/renew.ts";
import { ContainerFiles } from "./inject/container-files.ts";
import { followContainers } from "./inject/follow.ts";
import { Injector } from "./inject/injector.ts";
import { RecordStore } from "./inject/record-store.ts";
import { prepareRunDirectory } from "./inject/run-directory.ts";
import { RUNTIME_NAME } from "./runtime/install-plan.ts";
import { startRuntimeServer } from "./runtime/runtime-server.ts";
import { Reporter } from "./session/reporter.ts";
import { ControlPlaneSession } from "./session/session.ts";
import { ContainerWatcher } from "./watch/container-watcher.ts";
import { RuntimeCheck } from "./watch/runtime-check.ts";

export interface RunningAgent {
  /** Resource name of the node it is. */
  readonly node: string;
  /** Ends the agent and leaves containers, their files and the tmpfs as they are: the next agent takes them over. */
  close(): Promise<void>;
}

/**
 * The composition root: what an agent is made of, in the order in which it starts. What was started is ended in reverse, also
 * when a later part cannot start. The engine may be down: it is waited for in the background, while the runtime's socket answers.
 * @throws KeyholdError naming what cannot be used and what to do
 */
export async function startAgent(config: AgentConfig, log: Log): Promise<RunningAgent> {
  const lifecycle = new Lifecycle();
  try {
    return await compose(config, log, lifecycle);
  } catch (thrown) {
    await lifecycle.end();
    throw thrown;
  }
}

async function compose(config: AgentConfig, log: Log, lifecycle: Lifecycle): Promise<RunningAgent> {
  const definition = loadDefinition();
  const api = loadApi(definition);
  const errors = new StatusCodec(definition);
  await requireEngineSocket(config.dockerSocket);
  const identity = await ensureIdentity({
    server: config.server,
    joinToken: config.join,
    directory: config.stateDirectory,
    hostName: hostname(),
    api,
    errors,
    log,
  });
  const { runDirectory } = config;
  await prepareRunDirectory({ path: runDirectory });

  const { session, client, credentials } = openSession(identity, api, errors, log, lifecycle);
  const engine = new DockerEngine({ socketPath: config.dockerSocket });
  const watcher = new ContainerWatcher({ engine, log });
  const injector = new Injector({
    labels: watcher,
    source: session,
    files: new ContainerFiles({ runDirectory }),
    records: new RecordStore({ runDirectory, log }),
    log,
  });
  await injector.recover();
  const runtime = await startRuntimeServer({
    socketPath: join(runDirectory, "runtime.sock"),
    handler: (question, signal) => injector.handle(question, signal),
    log,
  });
  lifecycle.add("the runtime's socket", () => runtime.close());

  lifecycle.add(
    "following containers",
    followContainers({ watcher, source: session, reinjection: injector, log }),
  );
  lifecycle.add("the runtime check", checkRuntimes(engine, watcher, log));
  const restarter = new Restarter({ engine, log });
  lifecycle.add("restarts", () => restarter.close());
  const coordinator = new Coordinator({ source: session, watcher, reinjection: injector, restarter, log });
  coordinator.start();
  lifecycle.add("reacting to changes", () => coordinator.close());
  const reporter = new Reporter({ session, watcher, reinjection: injector });
  reporter.start();
  lifecycle.add("reports", () => reporter.close());

  session.start();
  watcher.start();
  lifecycle.add("watching the engine", () => watcher.close());
  forgetWhatIsGone(watcher, injector, log);
  startRenewing({ identity, directory: config.stateDirectory, client, credentials, errors, log, lifecycle });
  log.info({ node: identity.node, address: identity.server }, "the agent is ready");
  return { node: identity.node, close: () => lifecycle.end() };
}

type AgentClient = InstanceType<KeyholdApi["AgentService"]>;

interface OpenSession {
  readonly session: ControlPlaneSession;
  readonly client: AgentClient;
  readonly credentials: RenewableCredentials;
}

function openSession(
  identity: AgentIdentity,
  api: KeyholdApi,
  errors: StatusCodec,
  log: Log,
  lifecycle: Lifecycle,
): OpenSession {
  const server = nodeAddress(identity);
  const credentials = new RenewableCredentials(channelIdentity(identity));
  const channel = credentials.channel(server);
  const client = new api.AgentService(server, channel.credentials, channel.options);
  lifecycle.add("the connection to the control plane", () => client.close());
  const session = new ControlPlaneSession({
    subscribe: () => client.Subscribe(),
    server,
    agentVersion: VERSION,
    errors,
    log,
  });
  lifecycle.add("the stream", () => session.close());
  return { session, client, credentials };
}

/** AgentService is on another port of the host at which the node was enrolled. */
function nodeAddress({ server, nodePort }: AgentIdentity): string {
  return formatAddress({ host: parseAddress(server).host, port: nodePort });
}

/** A labelled container under another runtime starts without its secrets; nobody can refuse it, so it is said aloud. */
function checkRuntimes(engine: DockerEngine, watcher: ContainerWatcher, log: Log): () => void {
  const check = new RuntimeCheck({ engine, log, runtime: RUNTIME_NAME });
  return check.attach(watcher);
}

/** Containers that were removed while no agent ran. An engine that is down has no list yet; then this waits with it. */
function forgetWhatIsGone(watcher: ContainerWatcher, injector: Injector, log: Log): void {
  watcher
    .ready()
    .then(() => injector.retain(new Set(watcher.containers().keys())))
    .catch((thrown: unknown) => {
      // The agent ended before the engine came up: nothing is known, so nothing is gone.
      if (thrown instanceof KeyholdError && thrown.code === "cancelled") return;
      log.warn({ err: thrown }, "cannot remove the files of containers that are gone");
    });
}

function startRenewing(parts: {
  readonly identity: AgentIdentity;
  readonly directory: string;
  readonly client: AgentClient;
  readonly credentials: RenewableCredentials;
  readonly errors: StatusCodec;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}): void {
  const { identity, directory, client, credentials, errors, log, lifecycle } = parts;
  const renewer = new Renewer({
    identity,
    directory,
    log,
    renewed: (next) => credentials.replace(channelIdentity(next)),
    renew: async (request) => {
      try {
        return await invoke(client, client.Renew, request);
      } catch (thrown) {
        throw errors.fromServiceError(thrown, nodeAddress(identity));
      }
    },
  });
  renewer.start();
  lifecycle.add("renewing the certificate", () => renewer.close());
}
