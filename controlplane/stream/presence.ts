import { isDeepStrictEqual } from "node:util";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";
import { REPORT_LIMITS, textIn, withinLimits } from "./report-limits.ts";

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
  /** Characters of text in all of them. */
  size: number;
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

  /** @returns how many containers of the report were dropped, as they are too large or too many */
  reported(node: string, given: Report__Output): number {
    const entry = this.#entry(node);
    const before = entry.containers;
    const { report, dropped } = withinLimits(given);
    const { containers, size, refused } = merged(report.complete ? NOTHING : entry, report);
    Object.assign(entry, { containers, size });
    entry.reported ||= report.complete;
    this.#tell({ kind: "reported", node, ...difference(before, containers) });
    return dropped + refused;
  }

  #tell(contact: Contact): void {
    for (const listener of [...this.#listeners]) listener(contact);
  }

  #entry(node: string): Entry {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const lastContact = this.#now();
    const made: Entry = { ...NOTHING, streams: 0, agentVersion: "", lastContact, reported: false };
    this.#nodes.set(node, made);
    return made;
  }
}

const NOTHING = { containers: new Map<string, ContainerReport__Output>(), size: 0 };

/** What is known after a report; a broken agent must not fill the server's memory. */
function merged(
  { containers: known, size: before }: Pick<Entry, "containers" | "size">,
  report: Report__Output,
) {
  const containers = new Map(known);
  let size = before;
  let refused = 0;
  for (const container of report.containers) {
    const present = containers.get(container.containerId);
    const rest = size - (present === undefined ? 0 : textIn(present));
    if (container.state === "GONE") {
      containers.delete(container.containerId);
      size = rest;
      continue;
    }
    const next = rest + textIn(container);
    const hasRoom = present !== undefined || containers.size < REPORT_LIMITS.containers;
    if (!hasRoom || next > REPORT_LIMITS.node) {
      refused += 1;
      continue;
    }
    containers.set(container.containerId, container);
    size = next;
  }
  return { containers, size, refused };
}

type Containers = ReadonlyMap<string, ContainerReport__Output>;

function difference(before: Containers, after: Containers): Difference {
  const changed = [...after].filter(([id, container]) => !isDeepStrictEqual(container, before.get(id)));
  const gone = [...before.keys()].filter((id) => !after.has(id));
  return { changed: changed.map(([, container]) => container), gone };
}
