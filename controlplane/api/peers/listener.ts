import type { AddressInfo } from "node:net";
import { createServer, type Server as NetServer } from "node:net";
import type { Server, ServerCredentials } from "@grpc/grpc-js";
import type { ListenAddress } from "../../../common/listen-address.ts";
import { listening } from "../../../common/listen-http.ts";
import type { Connections } from "./connections.ts";

/** Where a gRPC server listens. */
export interface GrpcListener {
  /** Port 0 has become the port it got. */
  readonly address: ListenAddress;
  /** Accepts nothing more; resolves when the last connection has ended. */
  stop(): Promise<void>;
}

/**
 * Serves from this moment on, through a listener of our own: grpc-js has no limit for connections, and its own listener
 * shows nobody a connection before TLS is up.
 * @param flag the flag that says where, for the message
 */
export async function listenGrpc(parts: {
  readonly server: Server;
  readonly credentials: ServerCredentials;
  readonly connections: Pick<Connections, "accept">;
  readonly listen: ListenAddress;
  readonly flag: string;
}): Promise<GrpcListener> {
  const { server, credentials, connections, listen, flag } = parts;
  const injector = server.createConnectionInjector(credentials);
  const listener: NetServer = createServer({ noDelay: true }, (socket) => {
    // Of a connection that breaks before TLS is up, only its end matters.
    socket.on("error", () => socket.destroy());
    if (connections.accept(socket)) injector.injectConnection(socket);
  });
  await listening(listener, listen, flag);
  const { port } = listener.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => listener.close(() => resolve()));
  return { address: { host: listen.host, port }, stop };
}
