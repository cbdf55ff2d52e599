import { hostname } from "node:os";
import { join } from "node:path";
import type { TargetSource } from "../common/bundle.ts";
import { watchClock } from "../common/clock-watch.ts";
import { loadApi, loadDefinition } from "../common/grpc/protos.ts";
import { StatusCodec } from "../common/grpc/status.ts";
import { Lifecycle } from "../common/lifecycle.ts";
import type { Log } from "../common/log.ts";
import { addProcessGauges } from "../common/metrics/process-gauges.ts";
import { VERSION } from "../common/version.ts";
import { keepContainers } from "./cache/keep.ts";
import { knownLabels } from "./cache/known-labels.ts";
import type { LastGood } from "./cache/last-good.ts";
import { orForget, remember } from "./cache/remember.ts";
import { removeCache, type SealedCache } from "./cache/sealed-cache.ts";
import { Dependents } from "./change/act/dependents.ts";
import { Restarter } from "./change/act/restarter.ts";
import { ServiceUpdater } from "./change/act/service-updater.ts";
import { Coordinator } from "./change/coordinator.ts";
import type { PaceTimes } from "./change/queue/pace.ts";
import type { RestartQueue } from "./change/queue/restart-queue.ts";
import type { DebounceTimes } from "./change/watch/debouncer.ts";
import { forgetRemoved, listKept } from "./change/watch/removed-containers.ts";
import type { AgentConfig } from "./config.ts";
import { type Connection, openConnection } from "./connection.ts";
import { serveHost } from "./credentials/start.ts";
import { DockerEngine } from "./engine/docker/api/docker-engine.ts";
import { requireEngineSocket } from "./engine/docker/api/socket-check.ts";
import { readEngineFacts } from "./engine/docker/container-directory.ts";
import { HostConfigs } from "./engine/docker/host-config.ts";
import { RealRuntimes } from "./engine/docker/real-runtimes.ts";
import { ensureIdentity } from "./identity/ensure-identity.ts";
import type { AgentIdentity } from "./identity/identity.ts";
import { checkWritable } from "./identity/identity-files.ts";
import { readJoinFile, removeJoinFile } from "./identity/join-file.ts";
import { reenrol } from "./identity/reenrol.ts";
import { Renewer } from "./identity/renew.ts";
import type { ContainerLabels } from "./inject/ask-labels.ts";
import { ContainerFiles } from "./inject/files/container-files.ts";
import { followContainers } from "./inject/follow.ts";
import { HeldSecrets } from "./inject/held-secrets.ts";
import { imageVariablesOf } from "./inject/image-variables.ts";
import { Injector } from "./inject/injector.ts";
import { learnFacts } from "./inject/learn-facts.ts";
import { RecordStore } from "./inject/record-store.ts";
import { AgentMetrics } from "./metrics/agent-metrics.ts";
import { counted } from "./metrics/counted.ts";
import { serveMetrics } from "./metrics/serve.ts";
import { stateOf } from "./metrics/state.ts";
import { Resumer } from "./resume/resumer.ts";
import { Starts } from "./resume/starts.ts";
import { RUNTIME_NAME } from "./runtime/helper-settings.ts";
import { claimAlone } from "./runtime/one-agent.ts";
import { prepareRunDirectory } from "./runtime/run-directory.ts";
import { startRuntimeServer } from "./runtime/runtime-server.ts";
import { ClockCheck } from "./session/clocks.ts";
import { Reporter } from "./session/reporter.ts";
import { ControlPlaneSession, type SessionOptions } from "./session/session.ts";
import { ContainerWatcher } from "./watch/container-watcher.ts";
import { NetworkSharing } from "./watch/network-sharing.ts";
import { RuntimeCheck } from "./watch/runtime-check.ts";
import { UnlabelledCheck } from "./watch/unlabelled-check.ts";

export interface RunningAgent {
  /** Resource name of the node it is. */
  readonly node: string;
  /** Ends the agent and leaves containers, their files and the tmpfs as they are: the next agent takes them over. */
  close(): Promise<void>;
}

/** What only time shows; tests hurry it. */
export interface AgentPace {
  /** How long nothing has to change before a container is restarted or signalled. */
  readonly quiet?: DebounceTimes;
  /** Milliseconds for which a container without a HEALTHCHECK has to run until it counts as healthy. */
  readonly healthyAfter?: number;
  /** The pauses between the restarts of one container. */
  readonly paceTimes?: PaceTimes;
  /** The clock of maintenance windows: milliseconds since 1970. */
  readonly windowClock?: () => number;
  /** Sleeps between two attempts to reach the control plane. */
  readonly pause?: NonNullable<SessionOptions["pause"]>;
}

/** What every part is made with. */
interface Parts {
  readonly config: AgentConfig;
  readonly pace: AgentPace;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly errors: StatusCodec;
}

/**
 * The composition root: what an agent is made of, in the order in which it starts. What was started is ended in reverse, also
 * when a later part cannot start. Neither engine nor control plane (once the host is enrolled) need to be up: they are waited for
 * in the background, while the runtime's socket answers already.
 * @throws KeyholdError naming what cannot be used and what to do
 */
export async function startAgent(config: AgentConfig, log: Log, pace: AgentPace = {}): Promise<RunningAgent> {
  const lifecycle = new Lifecycle();
  try {
    return await compose({ config, log, pace, lifecycle });
  } catch (thrown) {
    await lifecycle.end();
    throw thrown;
  }
}

async function compose(given: Omit<Parts, "errors">): Promise<RunningAgent> {
  const { config, log, lifecycle } = given;
  const definition = loadDefinition();
  const api = loadApi(definition);
  const parts: Parts = { ...given, errors: new StatusCodec(definition) };

  await requireEngineSocket(config.dockerSocket);
  const identity = await newIdentity(parts, api);
  await claim(parts, `${config.runDirectory}.lock`, config.runDirectory);
  await prepareRunDirectory({ path: config.runDirectory });

  const connection = openConnection(identity, api, parts.errors);
  lifecycle.add("the connection to the control plane", () => connection.close());
  let current = identity;
  const clocks = new ClockCheck({ identity: () => current, log });
  lifecycle.add("watching the clock", watchClock({ log }));
  const session = newSession(parts, connection, () => void clocks.look());
  const { runDirectory, stateDirectory } = config;
  const metrics = new AgentMetrics();
  const { cache, source } = await remember({
    ...{ stateDirectory, node: identity.node, session, lifecycle, log },
    onOutageStart: (outcome) => metrics.outageStart(outcome),
  });
  const engine = new DockerEngine({ socketPath: config.dockerSocket });
  const sharing = new NetworkSharing({ engine, log });
  const watcher = new ContainerWatcher({ engine, log, everything: [sharing, unlabelledCheck(parts)] });

  const kept = await listKept(config.runDirectory);
  const starts = new Starts();
  const injector = await newInjector(parts, engine, knownLabels(watcher, cache), source, (id) => {
    // An engine that does not answer is booting: nobody can have asked it for the start.
    return starts.resuming.has(id) || watcher.state === "disconnected";
  });
  await openRuntimeSocket(parts, injector, starts, metrics);
  const steps = follow(parts, { engine, watcher, sharing, session, source, injector, starts, metrics });
  metrics.watch(stateOf({ session, watcher, cache, steps }));
  const server = () => connection.address;
  const places = { runDirectory, stateDirectory, node: identity.node, server };
  await serveHost({ ...places, session, source, lifecycle, log });
  lifecycle.add("keeping what containers ask for", keepContainers({ cache, watcher, injector, source, log }));
  await openMetrics(parts, metrics);

  session.start();
  watcher.start();
  lifecycle.add("watching the engine", () => watcher.close());
  void forgetRemoved(kept, { watcher, injector, source, log });
  const renewed = (next: AgentIdentity) => {
    current = next;
    connection.use(next);
  };
  startRenewing(parts, { identity, connection, api, cache, renewed });

  log.info({ node: identity.node, address: connection.address }, "the agent is ready");
  return { node: identity.node, close: () => lifecycle.end() };
}

/** Held until the end: two agents would mount, write and answer over each other. */
async function claim({ lifecycle }: Parts, lock: string, directory: string): Promise<void> {
  const next = "stop it first, or give this one directories of its own with --state and --run-dir";
  lifecycle.add(`the lock of ${directory}`, await claimAlone(lock, directory, next));
}

async function newIdentity(parts: Parts, api: ReturnType<typeof loadApi>) {
  const { config, errors, log } = parts;
  // A renewed certificate has to be kept there, hours from now: better to hear of it at the start.
  await checkWritable(config.stateDirectory);
  await claim(parts, join(config.stateDirectory, "agent.lock"), config.stateDirectory);
  const { joinFile } = config;
  const joinToken = config.join ?? (joinFile === undefined ? undefined : await readJoinFile(joinFile));
  const { server, stateDirectory: directory } = config;
  const joined = async () => {
    // What an earlier node of this host was given is not this one's.
    await removeCache(directory);
    if (joinFile !== undefined) await removeJoinFile(joinFile);
  };
  return orForget({ destroy: () => removeCache(directory) }, () =>
    ensureIdentity({ server, joinToken, joined, directory, hostName: hostname(), api, errors, log }),
  );
}

function newSession(
  { errors, log, lifecycle, pace }: Parts,
  connection: Connection,
  failed: () => void,
): ControlPlaneSession {
  const session = new ControlPlaneSession({
    ...(pace.pause === undefined ? {} : { pause: pace.pause }),
    subscribe: () => connection.subscribe(),
    failed,
    get server() {
      return connection.address;
    },
    agentVersion: VERSION,
    errors,
    log,
  });
  lifecycle.add("the stream", () => session.close());
  return session;
}

async function newInjector(
  { config, log, lifecycle }: Parts,
  engine: DockerEngine,
  labels: ContainerLabels,
  source: TargetSource,
  promises: (container: string) => boolean,
): Promise<Injector> {
  const { runDirectory } = config;
  const files = new ContainerFiles({ runDirectory });
  lifecycle.add("files of the time before", () => files.idle());
  const records = new RecordStore({ runDirectory, log });
  const engineFacts = readEngineFacts;
  const imageVariables = (id: string, env: readonly string[]) => imageVariablesOf({ engine, log }, id, env);
  const held = new HeldSecrets({ runDirectory, files, log });
  const runtimes = new RealRuntimes(config.dockerSocket);
  const injector = new Injector({
    ...{ labels, source, files, records, held, log, promises, engineFacts, imageVariables },
    runtimes: { runDirectory, find: (name) => runtimes.find(name) },
  });
  await injector.recover();
  return injector;
}

async function openRuntimeSocket(
  { config, log, lifecycle }: Parts,
  injector: Injector,
  starts: Starts,
  metrics: AgentMetrics,
): Promise<void> {
  const handle = starts.followed((question, signal) => injector.handle(question, signal));
  const runtime = await startRuntimeServer({
    socketPath: join(config.runDirectory, "runtime.sock"),
    handler: counted(handle, metrics),
    log,
  });
  lifecycle.add("the runtime's socket", () => runtime.close());
}

async function openMetrics({ config, log, lifecycle }: Parts, metrics: AgentMetrics): Promise<void> {
  if (config.metricsListen === undefined) return;
  const { registry } = metrics;
  addProcessGauges(registry);
  const end = await serveMetrics({ listen: config.metricsListen, registry, log });
  lifecycle.add("the metrics", end);
}

/** Everything that listens to the engine and to the stream; both are started after it, so that nothing is missed. */
function follow(
  { log, lifecycle, pace }: Parts,
  running: {
    readonly engine: DockerEngine;
    readonly watcher: ContainerWatcher;
    readonly sharing: NetworkSharing;
    readonly session: ControlPlaneSession;
    readonly source: LastGood;
    readonly injector: Injector;
    readonly starts: Starts;
    readonly metrics: AgentMetrics;
  },
): RestartQueue {
  const { engine, watcher, sharing, session, source, injector, starts, metrics } = running;
  const common = { watcher, source, reinjection: injector, log };
  lifecycle.add("following containers", followContainers(common));
  lifecycle.add("asking about containers", learnFacts({ watcher, engine, injector, log }));
  // Nobody can refuse the start of a labelled container under another runtime, so it is said aloud.
  const check = new RuntimeCheck({ engine, log, runtime: RUNTIME_NAME, served: (id) => injector.knows(id) });
  lifecycle.add("the runtime check", check.attach(watcher));
  const resumed = () => metrics.restarted("refused");
  const resumer = new Resumer({ ...common, engine, starts, resumed });
  resumer.start();
  lifecycle.add("making up for refused restarts", () => resumer.close());
  const restarter = new Restarter({ engine, log });
  lifecycle.add("restarts", () => restarter.close());
  const dependents = new Dependents({ engine, watcher, sharing, log });
  const coordinator = new Coordinator({
    ...{ ...common, ...pace, restarter, meter: metrics },
    services: new ServiceUpdater({ engine, log }),
    healthy: (record) => void dependents.follow(record),
    cutOff: (container) => sharing.cutOffFrom(container).map(({ name }) => name),
  });
  coordinator.start();
  lifecycle.add("reacting to changes", () => coordinator.close());
  lifecycle.add(
    "steps",
    session.onStep(({ id, container }) => coordinator.steps.grant(id, container)),
  );
  const reporter = new Reporter({
    session,
    watcher,
    reinjection: injector,
    steps: coordinator.steps,
    sharing,
  });
  reporter.start();
  lifecycle.add("reports", () => reporter.close());
  return coordinator.steps;
}

/** Labels at the wrong level of a Compose file are said aloud. */
function unlabelledCheck({ config, log }: Parts): UnlabelledCheck {
  const hosts = new HostConfigs(config.dockerSocket);
  return new UnlabelledCheck({
    defaultRuntime: () => hosts.defaultRuntime(),
    runtimeOf: (id) => hosts.runtimeOf(id),
    log,
    runtime: RUNTIME_NAME,
  });
}

function startRenewing(
  { config, log, lifecycle, errors }: Parts,
  using: {
    readonly identity: AgentIdentity;
    readonly connection: Connection;
    readonly api: ReturnType<typeof loadApi>;
    readonly cache: SealedCache;
    readonly renewed: (identity: AgentIdentity) => void;
  },
): void {
  const { identity, connection, api, cache, renewed } = using;
  const renewer = new Renewer({
    identity,
    directory: config.stateDirectory,
    log,
    renewed,
    renew: (request) => connection.renew(request),
    reenrol: (expired) => orForget(cache, () => reenrol(expired, { api, errors })),
  });
  renewer.start();
  lifecycle.add("renewing the certificate", () => renewer.close());
}
