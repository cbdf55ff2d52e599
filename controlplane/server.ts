import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import type { PackageDefinition } from "@grpc/proto-loader";
import { watchClock } from "../common/clock-watch.ts";
import { KeyholdError } from "../common/errors.ts";
import { loadDefinition } from "../common/grpc/protos.ts";
import { StatusCodec } from "../common/grpc/status.ts";
import { Lifecycle } from "../common/lifecycle.ts";
import { addressText } from "../common/listen-address.ts";
import { listenHttp } from "../common/listen-http.ts";
import type { Log } from "../common/log.ts";
import { metricsAnswer } from "../common/metrics/answer.ts";
import { addProcessGauges } from "../common/metrics/process-gauges.ts";
import { parseChildName } from "../common/resource-name.ts";
import { subscribeHandler } from "./api/agents/subscribe.ts";
import { exportHandler } from "./api/audit/audit.ts";
import { Access } from "./api/edge/access.ts";
import type { Services } from "./api/edge/call.ts";
import { Edge } from "./api/edge/edge.ts";
import { type OpenPort, openGrpcPort } from "./api/edge/grpc-port.ts";
import { probe, warnIfOpen } from "./api/edge/listen.ts";
import { Connections } from "./api/peers/connections.ts";
import { API_CONNECTIONS, HTTP_CONNECTIONS, NODE_CONNECTIONS } from "./api/peers/limits.ts";
import { newPeers, type Peers } from "./api/peers/peers.ts";

import { RolloutWaits } from "./api/rollouts/rollout-wait.ts";
import type { SharedReadingsOptions } from "./api/rollouts/shared-readings.ts";
import { ANONYMOUS_METHODS, apiServices, nodeServices, TOKEN_ENDING_METHODS } from "./api/services.ts";
import { CallAudit } from "./audit/call-audit.ts";
import { DeliveryAudit } from "./audit/delivery-audit.ts";
import type { AuditEntry } from "./audit/event.ts";
import { Refusals } from "./audit/refusals.ts";
import type { ServerConfig } from "./config.ts";
import { openControlSocket } from "./control/control-socket.ts";
import type { Change } from "./database/change.ts";
import { endFirstStart } from "./database/first-start.ts";
import { startPurging } from "./database/purge.ts";
import { type OpenedStore, openStore } from "./database.ts";
import { Console } from "./http/console.ts";
import { createHttpServer } from "./http/http-server.ts";
import { JsonDoor } from "./http/json-door.ts";
import { Readiness } from "./http/readiness.ts";
import { SignInRoutes } from "./http/sign-in-routes.ts";
import { Authenticator } from "./identity/authenticate.ts";
import { type CertificateAuthority, openCertificateAuthority } from "./identity/certificates/ca.ts";
import { LiveServerCertificate } from "./identity/certificates/live-server-certificate.ts";
import { FailedSignIns } from "./identity/failed-sign-ins.ts";
import { ensureOwnerToken, ownerTokenFile } from "./identity/first-start.ts";
import { openSignIn } from "./identity/oidc/open.ts";
import type { SignIn } from "./identity/oidc/sign-in.ts";
import { Site } from "./identity/oidc/site.ts";
import { renewOwnerToken } from "./identity/owner-token.ts";
import { callerNamed } from "./identity/principal.ts";
import { ANONYMOUS_CALLS, FailureLimit } from "./identity/rate-limit.ts";
import { TokenSignIn } from "./identity/token-sign-in.ts";
import { addGauges } from "./metrics/gauges.ts";
import { Metrics, type Port } from "./metrics/metrics.ts";
import { RolloutMetrics } from "./metrics/rollout-metrics.ts";
import { TargetResolver } from "./resolve/target-resolver.ts";
import { Conductor, type ConductorOptions } from "./rollout/conductor.ts";
import { OpenSteps } from "./rollout/open-steps.ts";
import { witness } from "./rollout/witness.ts";
import type { Database } from "./stores/stores.ts";
import { AgentSessions } from "./stream/agent-sessions.ts";
import { StoredAnswers } from "./stream/answers.ts";
import { NodeConnections } from "./stream/connections.ts";
import { Contacts } from "./stream/contacts.ts";
import { FollowedChanges } from "./stream/followed-changes.ts";
import { Presence } from "./stream/presence.ts";

/** What `npm run console:build` makes. */
const CONSOLE_DIRECTORY = join(import.meta.dirname, "../console/dist");

/** A server that serves. Addresses are `host:port` with the port it got. */
export interface RunningServer {
  readonly apiAddress: string;
  readonly nodeAddress: string;
  readonly httpAddress: string;
  readonly dataDirectory: string;
  readonly caFile: string;
  /** Holds the token of the server's owner, unless somebody has taken it away. */
  readonly ownerTokenFile: string;
  /** Whether this start made the keys, the CA and the owner's token. */
  readonly firstStart: boolean;
  /** Ends streams, waits a few seconds for calls, then closes everything. Twice is harmless. */
  close(): Promise<void>;
}

/**
 * Starts the control plane. What was started is ended again if a later step fails.
 * @throws KeyholdError that names the port, the directory or the file that was in the way
 */
export async function startServer(config: ServerConfig, log: Log): Promise<RunningServer> {
  const lifecycle = new Lifecycle();
  try {
    return await start(config, log, lifecycle);
  } catch (thrown) {
    await lifecycle.end();
    throw KeyholdError.from(thrown, "the server could not start");
  }
}

async function start(config: ServerConfig, log: Log, lifecycle: Lifecycle): Promise<RunningServer> {
  await probePorts(config);
  const database = await newDatabase(config, log, lifecycle);
  const identity = await newIdentity(config, database, log, lifecycle);
  const wire = newWire();
  const site = new Site(config.publicUrl);
  const refusals = newRefusals(database, log, lifecycle);
  const signIn = await openSignIn({ config, database, refusals, site, log });
  const watch = { ...newWatch(log), refusals };
  const parts: Parts = { config, log, lifecycle, database, site, signIn, ...identity, ...wire, ...watch };
  // Ended after the gRPC ports, see newHttpPort; it is opened after them as well.
  const ends: { http?: () => Promise<void> } = {};
  lifecycle.add("the HTTP port", () => ends.http?.());
  lifecycle.add("watching the clock", watchClock({ log }));
  const streams = await newStreams(parts);
  const nodePort = await newNodePort(parts, streams);
  const services = newServices(parts, streams, nodePort);
  const apiPort = await newApiPort(parts, services, streams);
  const httpAddress = await newHttpPort(parts, services, ends);
  const directory = config.dataDirectory;
  return {
    apiAddress: addressText(apiPort.address),
    nodeAddress: addressText(nodePort.address),
    httpAddress,
    dataDirectory: directory,
    caFile: join(directory, "ca.crt"),
    ownerTokenFile: ownerTokenFile(directory),
    firstStart: identity.firstStart,
    close: () => lifecycle.end(),
  };
}

interface Parts {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly database: OpenedStore;
  readonly authority: CertificateAuthority;
  readonly certificate: LiveServerCertificate;
  readonly definition: PackageDefinition;
  readonly status: StatusCodec;
  readonly site: Site;
  readonly signIn: SignIn | undefined;
  readonly metrics: Metrics;
  readonly failures: FailedSignIns;
  readonly peers: Peers;
  readonly refusals: Refusals;
}

interface Streams {
  readonly sessions: AgentSessions;
  readonly contacts: Contacts;
  readonly connections: NodeConnections;
  readonly workloads: TargetResolver;
}

async function probePorts(config: ServerConfig): Promise<void> {
  await probe(config.apiListen, "--api-listen");
  await probe(config.nodeListen, "--node-listen");
  await probe(config.httpListen, "--http-listen");
}

async function newDatabase(config: ServerConfig, log: Log, lifecycle: Lifecycle): Promise<OpenedStore> {
  const { dataDirectory: directory, databaseUrl, rootKey, startNew } = config;
  const database = await openStore({ directory, databaseUrl, log, rootKey, startNew });
  lifecycle.add("the store", () => database.close());
  const ownerToken = () => renewOwnerToken(directory, database);
  const control = { directory, rootKey: database.rootKey, ownerToken, log };
  lifecycle.add("the control socket", await openControlSocket(control));
  lifecycle.add("purging", startPurging([database.secrets, database.rollouts, database.changes], log));
  return database;
}

async function newIdentity(config: ServerConfig, database: Database, log: Log, lifecycle: Lifecycle) {
  const directory = config.dataDirectory;
  const authority = await openCertificateAuthority(directory);
  const names = config.names;
  const hostName = hostname();
  const certificate = await LiveServerCertificate.open({ directory, authority, hostName, names, log });
  lifecycle.add("the server's certificate", () => certificate.close());
  const firstStart = await ensureOwnerToken(directory, database.tokens);
  endFirstStart(directory);
  return { authority, certificate, firstStart };
}

function newWire() {
  const definition = loadDefinition();
  return { definition, status: new StatusCodec(definition) };
}

function newWatch(log: Log) {
  const metrics = new Metrics();
  addProcessGauges(metrics.registry);
  const limits = { limit: new FailureLimit(), anonymous: new FailureLimit(Date.now, ANONYMOUS_CALLS) };
  const failures = new FailedSignIns({ ...limits, log, meter: metrics });
  return { metrics, failures, peers: newPeers() };
}

/** Ended after the ports: what they still refuse is counted. */
function newRefusals({ audit }: Database, log: Log, lifecycle: Lifecycle): Refusals {
  const write = (entries: readonly AuditEntry[], otherwise?: string) => audit.record(entries, otherwise);
  const refusals = new Refusals({ write, log });
  lifecycle.add("counted refusals", () => refusals.close());
  return refusals;
}

async function newStreams(parts: Parts): Promise<Streams> {
  const { database, log, lifecycle, status, metrics } = parts;
  const presence = new Presence();
  const server = randomUUID();
  const { nodes, receipts } = database;
  const contacts = new Contacts({
    presence,
    nodes,
    receipts,
    server,
    log: log.child({ component: "stream" }),
  });
  lifecycle.add("notes about nodes", () => contacts.close());
  const resolver = new TargetResolver(database);
  const affected = (changed: readonly Change[]) => resolver.affected(changed);
  const changes = await FollowedChanges.open(database.changes, affected, log);
  lifecycle.add("the change feed", () => changes.close());
  const answers = new StoredAnswers({ ...database, bundles: resolver });
  const audit = new DeliveryAudit(database.audit, parts.refusals);
  const sessions = new AgentSessions({
    ...{ changes, answers, nodes: answers, contacts, errors: status, audit, log },
    steps: new OpenSteps(database),
    sent: (kind) => metrics.sent(kind),
    dropped: (count) => metrics.dropped(count),
  });
  addGauges(metrics.registry, {
    connectedAgents: () => sessions.count,
    contestedNodes: () => sessions.contested,
    watchedTargets: () => sessions.targets,
    revision: () => database.changes.currentRevision(),
    secrets: () => database.secrets.count("secrets"),
    secretVersions: () => database.secrets.count("secret_versions"),
  });
  const connections = new NodeConnections({ presence, server });
  const hasGroup = (node: string) => presence.containersOf(node).some((each) => each.rolloutGroup !== "");
  startRollouts(parts, { sessions, contacts, connections, hasGroup });
  return { sessions, contacts, connections, workloads: resolver };
}

function startRollouts(
  { database, log, lifecycle, metrics }: Parts,
  streams: Pick<Streams, "sessions" | "contacts" | "connections"> & Pick<ConductorOptions, "hasGroup">,
): void {
  const meter = new RolloutMetrics(metrics.registry, () => database.rollouts.countByState());
  const own = log.child({ component: "rollout" });
  const conductor = new Conductor({
    database,
    isConnected: (node) => streams.connections.isConnected(node),
    hasGroup: streams.hasGroup,
    tell: (node) => streams.sessions.stepsChanged(node),
    witness: witness(own, meter),
    mayWrite: (stores, principal, { scope }) =>
      new Access(stores).maySecrets(callerNamed(principal, { name: "", scopes: [] }), scope, "write"),
    log: own,
  });
  streams.contacts.onWritten((node) => conductor.reported(node));
  lifecycle.add("rollouts", () => conductor.close());
  conductor.sweep();
}

async function newNodePort(parts: Parts, { sessions, contacts }: Streams): Promise<OpenPort> {
  const { config, certificate, definition, status, lifecycle } = parts;
  const edge = newEdge(parts, ["node"], "node");
  const Subscribe = subscribeHandler({ edge, status, streams: sessions });
  const port = await openGrpcPort({
    listen: config.nodeListen,
    flag: "--node-listen",
    certificate,
    clients: "shown",
    definition,
    services: nodeServices(parts),
    streams: { Subscribe: Subscribe as never },
    reflection: false,
    edge,
    status,
    connectionLimits: NODE_CONNECTIONS,
    peers: parts.peers,
    refused: parts.metrics.refused("node"),
  });
  lifecycle.add("the node port", () => {
    contacts.leave();
    sessions.closeAll();
    return port.close();
  });
  return port;
}

function newServices(parts: Parts, streams: Streams, nodePort: OpenPort): Services {
  return apiServices({
    ...parts,
    workloads: streams.workloads,
    connections: streams.connections,
    isContested: (uid) => streams.sessions.isContested(uid),
    cut: (node) => streams.sessions.revoke(node),
    nodePort: () => nodePort.address.port,
  });
}

async function newApiPort(parts: Parts, services: Services, streams: Streams): Promise<OpenPort> {
  const { config, certificate, database, definition, status } = parts;
  const edge = newEdge(parts, ["server-owner", "user", "service-account"], "api");
  const access = new Access(database);
  const ExportAuditEvents = exportHandler({ ...database, access, edge, status });
  const waits = new RolloutWaits({
    ...streams,
    database,
    access,
    edge,
    status,
    onNews: newsOf(parts, streams),
  });
  const port = await openGrpcPort({
    listen: config.apiListen,
    flag: "--api-listen",
    certificate,
    clients: "anonymous",
    definition,
    services,
    streams: {
      ExportAuditEvents: ExportAuditEvents as never,
      WaitRollout: waits.handler as never,
    },
    reflection: true,
    edge,
    status,
    connectionLimits: API_CONNECTIONS,
    peers: parts.peers,
    refused: parts.metrics.refused("api"),
  });
  parts.lifecycle.add("the API port", () => {
    waits.close();
    return port.close();
  });
  return port;
}

/** Of what containers should have, and of what they have: told is the organization, undefined for any. */
function newsOf({ database }: Parts, { contacts }: Streams): SharedReadingsOptions["onNews"] {
  return (listener) => {
    const heard = (changes: readonly Change[]) => {
      for (const organization of new Set(changes.map((change) => change.organization)))
        listener(organization);
    };
    const written = (node: string) => listener(parseChildName(node, "nodes").organization);
    const stops = [database.changes.onChange(heard), contacts.onWritten(written)];
    return () => {
      for (const stop of stops) stop();
    };
  };
}

async function newHttpPort(
  parts: Parts,
  services: Services,
  ends: { http?: () => Promise<void> },
): Promise<string> {
  const { config, database, definition, lifecycle, site, log, metrics } = parts;
  const edge = newEdge(parts, ["server-owner", "user", "service-account"], "http");
  const authenticator = new Authenticator(database);
  const signIn = new SignInRoutes({
    ...parts,
    tokenSignIn: new TokenSignIn({ ...parts, authenticator }),
    log: log.child({ component: "http" }),
  });
  const readiness = new Readiness({ directory: config.dataDirectory, read: () => database.check() });
  const server = createHttpServer({
    door: new JsonDoor({ definition, services, edge, peers: parts.peers }),
    connections: new Connections(HTTP_CONNECTIONS, metrics.refused("http")),
    signIn,
    ready: () => readiness.state(),
    metrics: () => metricsAnswer(metrics.registry),
    console: new Console(CONSOLE_DIRECTORY),
  });
  const address = await listenHttp(server, config.httpListen, "--http-listen");
  site.listensAt(addressText(address));
  warnIfOpen(address, parts.log);
  ends.http = () => endHttp(server);
  // Ended first of all: while the other ports wait for their calls, this one still answers, that it is not ready.
  lifecycle.add("readiness", () => readiness.close());
  return addressText(address);
}

async function endHttp(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

function newEdge(parts: Parts, accepts: ConstructorParameters<typeof Edge>[0]["accepts"], port: Port): Edge {
  const { database, failures } = parts;
  const log = parts.log.child({ component: port });
  const authenticator = new Authenticator(database);
  const audit = new CallAudit(database.audit, parts.refusals, log);
  const handled = parts.metrics.handled(port);
  const methods = { anonymous: ANONYMOUS_METHODS, endsToken: TOKEN_ENDING_METHODS };
  return new Edge({ authenticator, failures, handled, accepts, ...methods, log, audit });
}
