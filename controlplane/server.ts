import { once } from "node:events";
import { hostname } from "node:os";
import { join } from "node:path";
import type { PackageDefinition } from "@grpc/proto-loader";
import { KeyholdError } from "../common/errors.ts";
import { loadDefinition } from "../common/grpc/protos.ts";
import { StatusCodec } from "../common/grpc/status.ts";
import { Lifecycle } from "../common/lifecycle.ts";
import type { Log } from "../common/log.ts";
import { Access } from "./api/access.ts";
import { exportHandler } from "./api/audit.ts";
import { Edge } from "./api/edge.ts";
import { type OpenPort, openGrpcPort } from "./api/grpc-port.ts";
import { ANONYMOUS_METHODS, apiServices, nodeServices, type Services } from "./api/services.ts";
import { subscribeHandler } from "./api/subscribe.ts";
import { CallAudit } from "./audit/call-audit.ts";
import { DeliveryAudit } from "./audit/delivery-audit.ts";
import type { ServerConfig } from "./config.ts";
import { createHttpServer } from "./http/http-server.ts";
import { JsonDoor } from "./http/json-door.ts";
import { SignInRoutes } from "./http/sign-in-routes.ts";
import { Authenticator } from "./identity/authenticate.ts";
import { type CertificateAuthority, openCertificateAuthority } from "./identity/ca.ts";
import { ensureOwnerToken, ownerTokenFile } from "./identity/first-start.ts";
import { openSignIn } from "./identity/oidc/open.ts";
import type { SignIn } from "./identity/oidc/sign-in.ts";
import { Site } from "./identity/oidc/site.ts";
import { openServerCertificate, type ServerCertificate } from "./identity/server-certificate.ts";
import { openControlSocket } from "./keys/control-socket.ts";
import { addressText, listenHttp, probe, warnIfOpen } from "./listen.ts";
import { startPurging } from "./purge.ts";
import { TargetResolver } from "./resolve/target-resolver.ts";
import { openStore } from "./store/open.ts";
import type { Change, Database } from "./store/types.ts";
import { AgentSessions } from "./stream/agent-sessions.ts";
import { StoredAnswers } from "./stream/answers.ts";
import { FollowedChanges } from "./stream/followed-changes.ts";
import { Presence } from "./stream/presence.ts";

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
  const identity = await newIdentity(config, database);
  const wire = newWire();
  const site = new Site(config.publicUrl);
  const signIn = await openSignIn({ config, database, site, log });
  const parts: Parts = { config, log, lifecycle, database, site, signIn, ...identity, ...wire };
  const streams = await newStreams(parts);
  const nodePort = await newNodePort(parts, streams);
  const services = newServices(parts, streams, nodePort);
  const apiPort = await newApiPort(parts, services);
  const httpAddress = await newHttpPort(parts, services);
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
  readonly database: Database;
  readonly authority: CertificateAuthority;
  readonly certificate: ServerCertificate;
  readonly definition: PackageDefinition;
  readonly status: StatusCodec;
  readonly site: Site;
  readonly signIn: SignIn | undefined;
}

interface Streams {
  readonly sessions: AgentSessions;
  readonly presence: Presence;
  readonly workloads: TargetResolver;
}

async function probePorts(config: ServerConfig): Promise<void> {
  await probe(config.apiListen, "--api-listen");
  await probe(config.nodeListen, "--node-listen");
  await probe(config.httpListen, "--http-listen");
}

async function newDatabase(config: ServerConfig, log: Log, lifecycle: Lifecycle): Promise<Database> {
  const directory = config.dataDirectory;
  const database = await openStore({ directory, log, rootKey: config.rootKey });
  lifecycle.add("the store", () => database.close());
  lifecycle.add("the control socket", await openControlSocket({ directory, rootKey: database.rootKey, log }));
  lifecycle.add("purging", startPurging(database.secrets, log));
  return database;
}

async function newIdentity(config: ServerConfig, database: Database) {
  const directory = config.dataDirectory;
  const authority = await openCertificateAuthority(directory);
  const names = config.names;
  const certificate = await openServerCertificate({ directory, authority, hostName: hostname(), names });
  const firstStart = await ensureOwnerToken(directory, database.tokens);
  return { authority, certificate, firstStart };
}

function newWire() {
  const definition = loadDefinition();
  return { definition, status: new StatusCodec(definition) };
}

async function newStreams(parts: Parts): Promise<Streams> {
  const { database, log, lifecycle, status } = parts;
  const presence = new Presence();
  const resolver = new TargetResolver(database);
  const affected = (changed: readonly Change[]) => resolver.affected(changed);
  const changes = await FollowedChanges.open(database.changes, affected, log);
  lifecycle.add("the change feed", () => changes.close());
  const answers = new StoredAnswers({ ...database, bundles: resolver });
  const audit = new DeliveryAudit(database.audit);
  const sessions = new AgentSessions({
    ...{ changes, answers, nodes: answers, presence, errors: status, audit, log },
  });
  return { sessions, presence, workloads: resolver };
}

async function newNodePort(parts: Parts, { sessions }: Streams): Promise<OpenPort> {
  const { config, certificate, authority, definition, status, log, lifecycle } = parts;
  const edge = newEdge(parts, ["node"], "node");
  const Subscribe = subscribeHandler({
    edge,
    status,
    streams: sessions,
    log: log.child({ component: "node" }),
  });
  const port = await openGrpcPort({
    listen: config.nodeListen,
    flag: "--node-listen",
    certificate,
    clientAuthority: authority.certificate,
    definition,
    services: nodeServices(parts),
    streams: { Subscribe: Subscribe as never },
    reflection: false,
    edge,
    status,
  });
  lifecycle.add("the node port", () => {
    sessions.closeAll();
    return port.close();
  });
  return port;
}

function newServices(parts: Parts, streams: Streams, nodePort: OpenPort): Services {
  return apiServices({
    ...parts,
    workloads: streams.workloads,
    connections: streams.presence,
    cut: (node) => streams.sessions.revoke(node),
    nodePort: () => nodePort.address.port,
  });
}

async function newApiPort(parts: Parts, services: Services): Promise<OpenPort> {
  const { config, certificate, database, definition, status, log } = parts;
  const edge = newEdge(parts, ["server-owner", "user", "service-account"], "api");
  const exporting = { audit: database.audit, access: new Access(database), edge, status };
  const ExportAuditEvents = exportHandler({ ...exporting, log: log.child({ component: "api" }) });
  const port = await openGrpcPort({
    listen: config.apiListen,
    flag: "--api-listen",
    certificate,
    definition,
    services,
    streams: { ExportAuditEvents: ExportAuditEvents as never },
    reflection: true,
    edge,
    status,
  });
  parts.lifecycle.add("the API port", () => port.close());
  return port;
}

async function newHttpPort(parts: Parts, services: Services): Promise<string> {
  const { config, database, definition, lifecycle, site, log } = parts;
  const edge = newEdge(parts, ["server-owner", "user", "service-account"], "http");
  const signIn = new SignInRoutes({ ...parts, log: log.child({ component: "http" }) });
  const ready = async () => {
    await database.changes.currentRevision();
    return { ready: true };
  };
  const server = createHttpServer({ door: new JsonDoor(definition, services, edge), signIn, ready });
  const address = await listenHttp(server, config.httpListen, "--http-listen");
  site.listensAt(addressText(address));
  warnIfOpen(address, parts.log);
  lifecycle.add("the HTTP port", async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  return addressText(address);
}

function newEdge(
  parts: Parts,
  accepts: ConstructorParameters<typeof Edge>[0]["accepts"],
  component: string,
): Edge {
  const { database } = parts;
  const log = parts.log.child({ component });
  const authenticator = new Authenticator(database);
  const audit = new CallAudit(database.audit, log);
  return new Edge({ authenticator, accepts, anonymous: ANONYMOUS_METHODS, log, audit });
}
