import { isDeepStrictEqual } from "node:util";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";

/** Containers kept per node: a host runs far fewer, and a broken agent must not fill the server's memory. */
const MAXIMUM_CONTAINERS = 10_000;

/** What is known of one node since this process started. */
export interface NodePresence {
  readonly connected: boolean;
  readonly agentVersion: string;
  readonly lastContact: Date;
}

/** What a stream brought, once it is known here. `forgotten`: the node is revoked or deleted. */
export type Contact =
  | { readonly kind: "opened" | "closed" | "forgotten"; readonly node: string }
  | ({ readonly kind: "reported"; readonly node: string } & Difference);

/** What a report said that was not known: a report that repeats the last one differs in nothing. */
export interface Difference {
  /** New, or other than they were. */
  readonly changed: readonly ContainerReport__Output[];
  /** Ids. */
  readonly gone: readonly string[];
}

interface Entry {
  streams: number;
  agentVersion: string;
  lastContact: number;
  reported: boolean;
  containers: Map<string, ContainerReport__Output>;
}

/**
 * Who is connected, and what the containers there run with, as far as this process was told: an agent sends a complete report
 * whenever it connects. Nodes are named by resource name.
 */
export class Presence {
  readonly #nodes = new Map<string, Entry>();
  readonly #listeners = new Set<(contact: Contact) => void>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Undefined for a node that did not connect since this process started. */
  of(node: string): NodePresence | undefined {
    const entry = this.#nodes.get(node);
    if (entry === undefined) return undefined;
    const connected = entry.streams > 0;
    // Keepalive ends the stream of an agent that does not answer: while it is open the contact is now.
    const lastContact = new Date(connected ? this.#now() : entry.lastContact);
    return { connected, agentVersion: entry.agentVersion, lastContact };
  }

  isConnected(node: string): boolean {
    return this.of(node)?.connected ?? false;
  }

  containersOf(node: string): readonly ContainerReport__Output[] {
    return [...(this.#nodes.get(node)?.containers.values() ?? [])];
  }

  /** Whether the node has said which containers it has, since this process started. */
  hasReported(node: string): boolean {
    return this.#nodes.get(node)?.reported ?? false;
  }

  /** How many labelled containers run there, as far as it has reported. */
  runningOn(node: string): number {
    return this.containersOf(node).filter(({ state }) => state === "RUNNING").length;
  }

  /** Told of everything in its order, as it comes; must not throw. @returns how to stop listening */
  onReport(listener: (contact: Contact) => void): () => void {
    const own = (contact: Contact) => listener(contact);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  opened(node: string, agentVersion: string): void {
    const entry = this.#entry(node);
    entry.streams += 1;
    entry.agentVersion = agentVersion;
    entry.lastContact = this.#now();
    this.#tell({ kind: "opened", node });
  }

  closed(node: string): void {
    const entry = this.#entry(node);
    entry.streams = Math.max(0, entry.streams - 1);
    entry.lastContact = this.#now();
    // Another stream of the same node may have taken over.
    if (entry.streams === 0) this.#tell({ kind: "closed", node });
  }

  /** For a node that is revoked or deleted. */
  forget(node: string): void {
    if (this.#nodes.delete(node)) this.#tell({ kind: "forgotten", node });
  }

  /** @returns how many containers of the report were dropped for want of room */
  reported(node: string, report: Report__Output): number {
    const entry = this.#entry(node);
    const before = entry.containers;
    const after = report.complete ? new Map<string, ContainerReport__Output>() : new Map(before);
    let dropped = 0;
    for (const container of report.containers) {
      if (container.state === "GONE") after.delete(container.containerId);
      else if (after.size < MAXIMUM_CONTAINERS || after.has(container.containerId)) {
        after.set(container.containerId, container);
      } else dropped += 1;
    }
    entry.containers = after;
    entry.reported ||= report.complete;
    this.#tell({ kind: "reported", node, ...difference(before, after) });
    return dropped;
  }

  #tell(contact: Contact): void {
    for (const listener of [...this.#listeners]) listener(contact);
  }

  #entry(node: string): Entry {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const lastContact = this.#now();
    const made: Entry = { streams: 0, agentVersion: "", lastContact, reported: false, containers: new Map() };
    this.#nodes.set(node, made);
    return made;
  }
}

type Containers = ReadonlyMap<string, ContainerReport__Output>;

function difference(before: Containers, after: Containers): Difference {
  const changed = [...after].filter(([id, container]) => !isDeepStrictEqual(container, before.get(id)));
  const gone = [...before.keys()].filter((id) => !after.has(id));
  return { changed: changed.map(([, container]) => container), gone };
}
