import { Server } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { HealthImplementation } from "grpc-health-check";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import type { ListenAddress } from "../../../common/listen-address.ts";
import type { LiveServerCertificate } from "../../identity/certificates/live-server-certificate.ts";
import { type ConnectionRefusal, Connections } from "../peers/connections.ts";
import {
  type ConnectionLimits,
  IDLE_TIMEOUT_MS,
  SESSION_MEMORY_MIB,
  STREAMS_PER_CONNECTION,
} from "../peers/limits.ts";
import { type GrpcListener, listenGrpc } from "../peers/listener.ts";
import type { Peers } from "../peers/peers.ts";
import { admission } from "./admission.ts";
import type { Services } from "./call.ts";
import type { Descriptors } from "./descriptors.ts";
import type { Edge } from "./edge.ts";
import { withFreedResponses } from "./freed-responses.ts";
import { grpcService, type Streams } from "./grpc-service.ts";
import { reflectionServices } from "./reflection.ts";

const HEALTH_SERVICE = "grpc.health.v1.Health";
/** How long calls that are under way may take to end when the server stops. Milliseconds. */
const GRACE = 3000;
/** An agent's stream says nothing for hours: pings find out that the other side is gone. */
const OPTIONS = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.max_connection_idle_ms": IDLE_TIMEOUT_MS,
  "grpc.max_concurrent_streams": STREAMS_PER_CONNECTION,
  "grpc-node.max_session_memory": SESSION_MEMORY_MIB,
};

export interface GrpcPortParts {
  readonly listen: ListenAddress;
  /** The flag that says where, for messages. */
  readonly flag: string;
  readonly certificate: Pick<LiveServerCertificate, "credentials">;
  /**
   * `shown`: clients must show a certificate of our CA. grpc-js cannot ask for one optionally: that is why there are two ports.
   */
  readonly clients: "anonymous" | "shown";
  readonly definition: PackageDefinition;
  readonly services: Services;
  readonly streams?: Streams;
  /** What server reflection tells of the services; a port without them has no reflection. */
  readonly descriptors?: Descriptors;
  readonly edge: Edge;
  readonly status: StatusCodec;
  readonly connectionLimits: ConnectionLimits;
  readonly peers: Peers;
  /** Told of each connection that is closed because of a limit. */
  readonly refused: (why: ConnectionRefusal) => void;
}

export interface OpenPort {
  readonly address: ListenAddress;
  /** Says that it is not serving, waits for calls under way, then cuts what is left. */
  close(): Promise<void>;
}

/** One gRPC port: its services, health, and reflection if wanted. */
export async function openGrpcPort(parts: GrpcPortParts): Promise<OpenPort> {
  const { listen, flag, edge, status, peers } = parts;
  const connections = new Connections(parts.connectionLimits, parts.refused);
  const interceptors = [admission({ edge, status, connections, peers })];
  const server = new Server({ ...OPTIONS, interceptors });
  const health = addServices(server, parts);
  const credentials = parts.certificate.credentials(parts.clients);
  const listener = await listenGrpc({ server, credentials, connections, listen, flag }).catch((thrown) => {
    server.forceShutdown();
    throw thrown;
  });
  return {
    address: listener.address,
    close: async () => {
      for (const name of ["", ...parts.services.keys()]) health.setStatus(name, "NOT_SERVING");
      await shutDown(server, listener);
      connections.closeAll();
    },
  };
}

function addServices(server: Server, parts: GrpcPortParts): HealthImplementation {
  const { definition, services, streams = {}, edge, status } = parts;
  const health = new HealthImplementation({ "": "SERVING" });
  for (const [name, methods] of services) {
    const service = definition[name] as Parameters<typeof grpcService>[0];
    server.addService(withFreedResponses(service), grpcService(service, methods, { edge, status, streams }));
    health.setStatus(name, "SERVING");
  }
  health.addToServer(server);
  if (parts.descriptors !== undefined) {
    const names = [...services.keys(), HEALTH_SERVICE];
    for (const each of reflectionServices(parts.descriptors, names))
      server.addService(each.definition, { ...each.implementation });
  }
  return health;
}

/** Waits for calls under way; some streams never end by themselves. The server does not know when its connections have ended. */
async function shutDown(server: Server, listener: Pick<GrpcListener, "stop">): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE);
  void listener.stop().then(resolve);
  server.tryShutdown(() => undefined);
  await promise;
  clearTimeout(timer);
  server.forceShutdown();
}
