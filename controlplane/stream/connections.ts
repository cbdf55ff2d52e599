import type { NodeRecord } from "../directory/records.ts";
import type { Presence } from "./presence.ts";

/** What is known of a node now. */
export interface NodeView {
  readonly connected: boolean;
  readonly agentVersion: string;
  /** Milliseconds since 1970. */
  readonly lastContact: number | undefined;
  /** How many labelled containers run there. */
  readonly containers: number;
}

type Noted = Pick<NodeRecord, "name" | "stream" | "agentVersion" | "lastContactTime" | "containers">;

/**
 * Whether nodes are connected, to whichever server: of streams of its own this process knows best, of others it has what their
 * server has noted. A server that was killed leaves its nodes connected until its last note is too old: they are looking for
 * another meanwhile, and what they run with is what they said.
 */
export class NodeConnections {
  readonly #presence: Pick<Presence, "of" | "hasReported" | "runningOn">;
  readonly #server: string;
  readonly #now: () => number;

  constructor(options: {
    readonly presence: Pick<Presence, "of" | "hasReported" | "runningOn">;
    readonly server: string;
    readonly now?: () => number;
  }) {
    this.#presence = options.presence;
    this.#server = options.server;
    this.#now = options.now ?? Date.now;
  }

  isConnected({ name, stream }: Pick<Noted, "name" | "stream">): boolean {
    if (this.#presence.of(name)?.connected) return true;
    return stream !== undefined && stream.server !== this.#server && stream.until > this.#now();
  }

  of(record: Noted): NodeView {
    const { name, agentVersion, lastContactTime, containers } = record;
    const here = this.#presence.of(name);
    const seen = Math.max(here?.lastContact.getTime() ?? 0, lastContactTime ?? 0);
    const lastContact = seen === 0 ? undefined : seen;
    const connected = this.isConnected(record);
    if (here === undefined || here.connected !== connected)
      return { connected, agentVersion, lastContact, containers };
    const running = this.#presence.hasReported(name) ? this.#presence.runningOn(name) : containers;
    return { connected, agentVersion: here.agentVersion, lastContact, containers: running };
  }
}
