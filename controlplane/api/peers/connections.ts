import { networkOf } from "../../identity/network.ts";
import { type ConnectionLimits, FIRST_CALL_TIMEOUT_MS } from "./limits.ts";
import { NewConnectionRate } from "./new-connection-rate.ts";

/** Why a connection was closed by this server, for the metric. */
export const CONNECTION_REFUSALS = [
  "total",
  "rate",
  "principal",
  "unidentified",
  "silent",
  "failures",
] as const;
export type ConnectionRefusal = (typeof CONNECTION_REFUSALS)[number];

/** What is used of a `net.Socket`. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

interface Connection {
  readonly socket: Pick<PeerSocket, "destroy">;
  readonly network: string;
  /** Whose calls came over it; undefined: nobody has proved anything yet. */
  principal: string | undefined;
  silence: NodeJS.Timeout | undefined;
  /** Refusals of an address that has failed too often. */
  failures: number;
}

/** A connection that goes on failing after it was told to wait is closed after so many more attempts. */
const FAILURES = 10;
/** Leaves the last answer time to arrive. Milliseconds. */
const LAST_ANSWER = 100;

/**
 * The connections of one port, counted before TLS begins. A connection counts against its address until a call on it has
 * proved who calls, then against that principal. When an address has too many of the first sort, its oldest is closed and
 * not the new one refused: a caller with credentials that shares the address needs one only for a moment.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #rate: NewConnectionRate;
  readonly #refused: (why: ConnectionRefusal) => void;
  /** By `address:port` of the peer, the oldest first. */
  readonly #open = new Map<string, Connection>();
  readonly #unidentified = new Map<string, Connection>();
  readonly #perNetwork = new Map<string, Set<string>>();
  readonly #perPrincipal = new Map<string, number>();

  /** @param refused told of each connection this server closes because of a limit */
  constructor(limits: ConnectionLimits, refused: (why: ConnectionRefusal) => void = () => undefined) {
    this.#limits = limits;
    this.#rate = new NewConnectionRate(limits);
    this.#refused = refused;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** How many of them nobody has proved anything on. */
  get unidentified(): number {
    return this.#unidentified.size;
  }

  /** @returns whether the connection may go on; if not it is closed already */
  accept(socket: PeerSocket): boolean {
    const network = networkOf(socket.remoteAddress ?? "");
    if (this.#open.size >= this.#limits.total) return this.#refuse(socket, "total");
    if (!this.#rate.allows(network)) return this.#refuse(socket, "rate");
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    const silence = setTimeout(() => this.#close(peer, "silent"), FIRST_CALL_TIMEOUT_MS);
    silence.unref();
    const connection: Connection = { socket, network, principal: undefined, silence, failures: 0 };
    this.#open.set(peer, connection);
    this.#addUnidentified(peer, connection);
    socket.once("close", () => this.#ended(peer, connection));
    this.#makeRoom(network);
    return true;
  }

  /** A call has come over it. */
  heard(peer: string): void {
    clearTimeout(this.#open.get(peer)?.silence);
  }

  /**
   * A call on it has proved who calls.
   * @returns false if the principal has too many connections: this one is closed soon
   */
  identified(peer: string, principal: string): boolean {
    const connection = this.#open.get(peer);
    if (connection === undefined || connection.principal !== undefined) return true;
    const count = this.#perPrincipal.get(principal) ?? 0;
    if (count >= this.#limits.perPrincipal) {
      this.#closeSoon(peer, "principal");
      return false;
    }
    this.#perPrincipal.set(principal, count + 1);
    this.#removeUnidentified(peer, connection);
    connection.principal = principal;
    return true;
  }

  /** A call on it was refused because its address has failed too often. */
  failed(peer: string): void {
    const connection = this.#open.get(peer);
    if (connection === undefined || connection.principal !== undefined) return;
    connection.failures += 1;
    if (connection.failures === FAILURES) this.#closeSoon(peer, "failures");
  }

  closeAll(): void {
    for (const { socket } of [...this.#open.values()]) socket.destroy();
  }

  /** The new connection is the youngest of its network, so it is never the one that goes for the network's sake. */
  #makeRoom(network: string): void {
    const own = this.#perNetwork.get(network);
    if (own !== undefined && own.size > this.#limits.unidentifiedPerAddress) this.#closeOldest(own);
    if (this.#unidentified.size > this.#limits.unidentified) this.#closeOldest(this.#unidentified);
  }

  #closeOldest(peers: { keys(): Iterable<string> }): void {
    const [oldest] = peers.keys();
    if (oldest !== undefined) this.#close(oldest, "unidentified");
  }

  #refuse(socket: Pick<PeerSocket, "destroy">, why: ConnectionRefusal): false {
    this.#refused(why);
    socket.destroy();
    return false;
  }

  #close(peer: string, why: ConnectionRefusal): void {
    const connection = this.#open.get(peer);
    if (connection === undefined) return;
    this.#refused(why);
    // Its `close` event comes later, and the count must be right at once.
    this.#ended(peer, connection);
    connection.socket.destroy();
  }

  #closeSoon(peer: string, why: ConnectionRefusal): void {
    setTimeout(() => this.#close(peer, why), LAST_ANSWER).unref();
  }

  #ended(peer: string, connection: Connection): void {
    clearTimeout(connection.silence);
    if (this.#open.get(peer) !== connection) return;
    this.#open.delete(peer);
    const { principal } = connection;
    if (principal === undefined) this.#removeUnidentified(peer, connection);
    else this.#forgetOneOf(principal);
  }

  #forgetOneOf(principal: string): void {
    const left = (this.#perPrincipal.get(principal) ?? 1) - 1;
    if (left > 0) this.#perPrincipal.set(principal, left);
    else this.#perPrincipal.delete(principal);
  }

  #addUnidentified(peer: string, connection: Connection): void {
    this.#unidentified.set(peer, connection);
    const own = this.#perNetwork.get(connection.network) ?? new Set();
    this.#perNetwork.set(connection.network, own.add(peer));
  }

  #removeUnidentified(peer: string, { network }: Connection): void {
    this.#unidentified.delete(peer);
    const own = this.#perNetwork.get(network);
    own?.delete(peer);
    if (own?.size === 0) this.#perNetwork.delete(network);
  }
}
