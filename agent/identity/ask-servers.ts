import { KeyholdError } from "../../common/errors.ts";
import { formatAddress, parseAddresses } from "./address.ts";

/**
 * Asks the servers of a control plane one after the other, until one answers. What a server refuses is the answer: only one that
 * cannot be reached leaves the question to the next.
 * @param servers `host:port[,host:port…]` of the API ports
 * @throws whatever `ask` throws for the last server, or for one that refuses
 */
export async function askServers<T>(servers: string, ask: (server: string) => Promise<T>): Promise<T> {
  const addresses = parseAddresses(servers).map(formatAddress);
  for (const [index, address] of addresses.entries()) {
    try {
      return await ask(address);
    } catch (thrown) {
      if (index === addresses.length - 1 || !isAway(thrown)) throw thrown;
    }
  }
  throw new KeyholdError({
    code: "invalid",
    message: "no server is named",
    next: "write --server HOST:PORT",
  });
}

function isAway(thrown: unknown): boolean {
  return thrown instanceof KeyholdError && (thrown.code === "unavailable" || thrown.code === "timeout");
}
