import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import { addressText } from "../common/listen-address.ts";
import { listenHttp } from "../common/listen-http.ts";
import { metricsAnswer } from "../common/metrics/answer.ts";
import { parseChildName } from "../common/resource-name.ts";
import { subscribeHandler } from "./api/agents/subscribe.ts";
import { exportHandler } from "./api/audit/audit.ts";
import { Access } from "./api/edge/access.ts";
import type { Services } from "./api/edge/call.ts";
import { loadDescriptors } from "./api/edge/descriptors.ts";
import { Edge } from "./api/edge/edge.ts";
import { type OpenPort, openGrpcPort } from "./api/edge/grpc-port.ts";
import { warnIfOpen } from "./api/edge/listen.ts";
import { Connections } from "./api/peers/connections.ts";
import { API_CONNECTIONS, HTTP_CONNECTIONS, NODE_CONNECTIONS } from "./api/peers/limits.ts";
import { RolloutWaits } from "./api/rollouts/rollout-wait.ts";
import type { SharedReadingsOptions } from "./api/rollouts/shared-readings.ts";
import { ANONYMOUS_METHODS, apiServices, nodeServices, TOKEN_ENDING_METHODS } from "./api/services.ts";
import { CallAudit } from "./audit/call-audit.ts";
import type { Change } from "./database/change.ts";
import { Console } from "./http/console.ts";
import { createHttpServer } from "./http/http-server.ts";
import { JsonDoor } from "./http/json-door.ts";
import { Readiness } from "./http/readiness.ts";
import { SignInRoutes } from "./http/sign-in-routes.ts";
import { Authenticator } from "./identity/authenticate.ts";
import { TokenSignIn } from "./identity/token-sign-in.ts";
import type { Port } from "./metrics/metrics.ts";
import type { Parts, Streams } from "./server-parts.ts";

/** What `npm run console:build` makes. */
const CONSOLE_DIRECTORY = join(import.meta.dirname, "../console/dist");

export async function newNodePort(parts: Parts, { sessions, contacts }: Streams): Promise<OpenPort> {
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

export function newServices(parts: Parts, streams: Streams, nodePort: OpenPort): Services {
  return apiServices({
    ...parts,
    workloads: streams.workloads,
    connections: streams.connections,
    isContested: (uid) => streams.sessions.isContested(uid),
    cut: (node) => streams.sessions.revoke(node),
    nodePort: () => nodePort.address.port,
  });
}

export async function newApiPort(parts: Parts, services: Services, streams: Streams): Promise<OpenPort> {
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
    descriptors: await loadDescriptors(),
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

export async function newHttpPort(
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
  const audit = new CallAudit(database.audit, parts.rows, parts.refusals, log);
  const handled = parts.metrics.handled(port);
  const methods = { anonymous: ANONYMOUS_METHODS, endsToken: TOKEN_ENDING_METHODS };
  return new Edge({ authenticator, failures, handled, accepts, ...methods, log, audit });
}
