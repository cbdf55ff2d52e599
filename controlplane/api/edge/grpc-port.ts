import { Server } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import type { ListenAddress } from "../../../common/listen-address.ts";
import type { LiveServerCertificate } from "../../identity/live-server-certificate.ts";
import type { Services } from "./call.ts";
import type { Edge } from "./edge.ts";
import { grpcService, type Streams } from "./grpc-service.ts";
import { listenGrpc } from "./listen.ts";

/** How long calls that are under way may take to end when the server stops. Milliseconds. */
const GRACE = 3000;
/** An agent's stream says nothing for hours: pings find out that the other side is gone. */
const OPTIONS = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.max_receive_message_length": 4 * 1024 * 1024,
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
  readonly reflection: boolean;
  readonly edge: Edge;
  readonly status: StatusCodec;
}

export interface OpenPort {
  readonly address: ListenAddress;
  /** Says that it is not serving, waits for calls under way, then cuts what is left. */
  close(): Promise<void>;
}

/** One gRPC port: its services, health, and reflection if wanted. */
export async function openGrpcPort(parts: GrpcPortParts): Promise<OpenPort> {
  const server = new Server(OPTIONS);
  const health = addServices(server, parts);
  const credentials = parts.certificate.credentials(parts.clients);
  const address = await listenGrpc(server, credentials, parts.listen, parts.flag).catch((thrown) => {
    server.forceShutdown();
    throw thrown;
  });
  return {
    address,
    close: () => {
      for (const name of ["", ...parts.services.keys()]) health.setStatus(name, "NOT_SERVING");
      return shutDown(server);
    },
  };
}

function addServices(server: Server, parts: GrpcPortParts): HealthImplementation {
  const { definition, services, streams = {}, edge, status } = parts;
  const health = new HealthImplementation({ "": "SERVING" });
  for (const [name, methods] of services) {
    const service = definition[name] as Parameters<typeof grpcService>[0];
    server.addService(service, grpcService(service, methods, { edge, status, streams }));
    health.setStatus(name, "SERVING");
  }
  health.addToServer(server);
  if (parts.reflection) new ReflectionService(definition).addToServer(server);
  return health;
}

/** `tryShutdown` waits for every stream, and some never end by themselves. */
async function shutDown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
  server.forceShutdown();
}
