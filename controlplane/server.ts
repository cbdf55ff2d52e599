import { hostname } from "node:os";
import { join } from "node:path";
import { watchClock } from "../common/clock-watch.ts";
import { KeyholdError } from "../common/errors.ts";
import { loadDefinition } from "../common/grpc/protos.ts";
import { StatusCodec } from "../common/grpc/status.ts";
import { Lifecycle } from "../common/lifecycle.ts";
import { addressText } from "../common/listen-address.ts";
import type { Log } from "../common/log.ts";
import { addProcessGauges } from "../common/metrics/process-gauges.ts";
import { probe } from "./api/edge/listen.ts";
import { newPeers } from "./api/peers/peers.ts";
import { DeferredRows } from "./audit/deferred-rows.ts";
import type { AuditEntry } from "./audit/event.ts";
import { Refusals } from "./audit/refusals.ts";
import type { ServerConfig } from "./config.ts";
import { openControlSocket } from "./control/control-socket.ts";
import { endFirstStart } from "./database/first-start.ts";
import { startPurging } from "./database/purge.ts";
import { type OpenedStore, openStore } from "./database.ts";
import { openCertificateAuthority } from "./identity/certificates/ca.ts";
import { LiveServerCertificate } from "./identity/certificates/live-server-certificate.ts";
import { FailedSignIns } from "./identity/failed-sign-ins.ts";
import { ensureOwnerToken, ownerTokenFile } from "./identity/first-start.ts";
import { openSignIn } from "./identity/oidc/open.ts";
import { Site } from "./identity/oidc/site.ts";
import { renewOwnerToken } from "./identity/owner-token.ts";
import { ANONYMOUS_CALLS, FailureLimit } from "./identity/rate-limit.ts";
import { Metrics } from "./metrics/metrics.ts";
import type { Parts } from "./server-parts.ts";
import { newApiPort, newHttpPort, newNodePort, newServices } from "./server-ports.ts";
import { newStreams } from "./server-streams.ts";
import type { Database } from "./stores/stores.ts";

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
  const rows = newDeferredRows(database, log, lifecycle);
  const refusals = newRefusals(database, log, lifecycle);
  const signIn = await openSignIn({ config, database, refusals, site, log });
  const watch = { ...newWatch(log), refusals, rows };
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

/** Ended after the ports, which still add rows. */
function newDeferredRows({ audit }: Database, log: Log, lifecycle: Lifecycle): DeferredRows {
  const rows = new DeferredRows({ audit, log: log.child({ component: "audit" }) });
  lifecycle.add("audit rows that wait for space", () => rows.close());
  return rows;
}

/** Ended after the ports: what they still refuse is counted. */
function newRefusals({ audit }: Database, log: Log, lifecycle: Lifecycle): Refusals {
  const write = (entries: readonly AuditEntry[], otherwise?: string) => audit.record(entries, otherwise);
  const refusals = new Refusals({ write, log });
  lifecycle.add("counted refusals", () => refusals.close());
  return refusals;
}
