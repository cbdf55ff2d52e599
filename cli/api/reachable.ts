import { connect } from "node:net";
import type { Session } from "./api.ts";

/** How long one of several addresses has to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * The session at the first of its addresses that accepts a connection. With one address, or where none does, the first one:
 * the call that follows says what is wrong.
 */
export async function atReachable(session: Session): Promise<Session> {
  const addresses = session.server.split(",");
  const [first = ""] = addresses;
  if (addresses.length === 1) return session;
  for (const server of addresses) if (await accepts(server)) return { ...session, server };
  return { ...session, server: first };
}

function accepts(address: string): Promise<boolean> {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(address.slice(at + 1)) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
