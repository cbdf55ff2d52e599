import { createServer } from "node:net";
import { addressText, type ListenAddress } from "../../../common/listen-address.ts";
import { isOpen, listening } from "../../../common/listen-http.ts";
import type { Log } from "../../../common/log.ts";

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

/** The HTTP port has no TLS of its own: beyond this machine a proxy in front of it has to bring some. */
export function warnIfOpen(address: ListenAddress, log: Pick<Log, "warn">): void {
  if (!isOpen(address)) return;
  const next = "put a proxy with TLS in front of it, or leave --http-listen on 127.0.0.1";
  log.warn({ address: addressText(address), next }, "The HTTP port is open to other machines without TLS");
}
