import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { KeyholdError, messageOf, systemCodeOf } from "./errors.ts";
import { addressText, type ListenAddress } from "./listen-address.ts";

/**
 * @param flag the flag that says where, for the message
 * @returns where it listens: port 0 has become the port it got
 * @throws KeyholdError `precondition` naming the address, the reason and the flag
 */
export async function listenHttp(
  server: HttpServer,
  address: ListenAddress,
  flag: string,
): Promise<ListenAddress> {
  await listening(server, address, flag);
  return { host: address.host, port: (server.address() as AddressInfo).port };
}

/** Resolves when it listens; throws as {@link listenHttp} does. */
export function listening(server: Server, address: ListenAddress, flag: string): Promise<void> {
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

/** A port of HTTP without TLS: beyond this machine a proxy in front of it has to bring some. */
export function isOpen(address: ListenAddress): boolean {
  return !["localhost", "::1"].includes(address.host) && !address.host.startsWith("127.");
}
