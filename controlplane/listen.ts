import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import type { Server, ServerCredentials } from "@grpc/grpc-js";
import { KeyholdError, messageOf, systemCodeOf } from "../common/errors.ts";
import type { Log } from "../common/log.ts";
import type { ListenAddress } from "./config.ts";

/** `127.0.0.1:7443`, `[::1]:7443` */
export function addressText({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Listens for a moment, so that a port that cannot be had is known before anything is made on disk.
 * @param flag the flag that says where, for the message
 */
export async function probe(address: ListenAddress, flag: string): Promise<void> {
  const server = createServer();
  try {
    await listening(server, address, flag);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** @returns where it listens: port 0 has become the port it got */
export async function listenHttp(
  server: HttpServer,
  address: ListenAddress,
  flag: string,
): Promise<ListenAddress> {
  await listening(server, address, flag);
  return { host: address.host, port: (server.address() as AddressInfo).port };
}

/** The same for gRPC, which serves from this moment on. */
export async function listenGrpc(
  server: Server,
  credentials: ServerCredentials,
  address: ListenAddress,
  flag: string,
): Promise<ListenAddress> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(addressText(address), credentials, (failure, port) => {
    if (failure === null) resolve(port);
    else reject(cannotListen(failure, address, flag));
  });
  return { host: address.host, port: await promise };
}

function listening(
  server: ReturnType<typeof createServer>,
  address: ListenAddress,
  flag: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (failure) => reject(cannotListen(failure, address, flag)));
    server.listen({ ...address, exclusive: true }, () => resolve());
  });
}

function cannotListen(failure: Error, address: ListenAddress, flag: string): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `cannot listen on ${addressText(address)}: ${reasonOf(failure)}`,
    next: `give another address with ${flag} HOST:PORT; port 0 takes a free one`,
    cause: failure,
  });
}

function reasonOf(failure: Error): string {
  const code = systemCodeOf(failure) ?? /\bE[A-Z]{5,}\b/.exec(failure.message)?.[0];
  if (code === "EADDRINUSE") return "the port is in use";
  if (code === "EACCES") return "this user may not use that port";
  if (code === "EADDRNOTAVAIL") return "this machine does not have that address";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name is unknown";
  return messageOf(failure);
}

/** The HTTP port has no TLS of its own: beyond this machine a proxy in front of it has to bring some. */
export function warnIfOpen(address: ListenAddress, log: Pick<Log, "warn">): void {
  if (["localhost", "::1"].includes(address.host) || address.host.startsWith("127.")) return;
  const next = "put a proxy with TLS in front of it, or leave --http-listen on 127.0.0.1";
  log.warn({ address: addressText(address), next }, "The HTTP port is open to other machines without TLS");
}
