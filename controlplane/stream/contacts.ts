import type { Log } from "../../common/log.ts";
import { parseChildName } from "../../common/resource-name.ts";
import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";
import type { NodeStore } from "../store/types.ts";
import type { Presence } from "./presence.ts";

/** Between two notes about a node that stays connected. Milliseconds. */
const EVERY = 60_000;

export interface ContactsOptions {
  readonly presence: Presence;
  readonly nodes: Pick<NodeStore, "contact">;
  readonly log: Pick<Log, "warn">;
  /** Milliseconds. */
  readonly every?: number;
}

/**
 * Presence, noted in the store as well, for the time when this process is not there any more: when a node connects, when its
 * stream ends, and once a minute in between. A note that fails is made up for by the next; no stream waits for one.
 */
export class Contacts {
  readonly #options: ContactsOptions;
  readonly #open = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  /** One note after the other, so that what a node said last is what stays. */
  #notes = Promise.resolve();

  constructor(options: ContactsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      for (const node of this.#open) this.#note(node);
    }, options.every ?? EVERY);
    this.#timer.unref();
  }

  opened(node: string, agentVersion: string): void {
    this.#options.presence.opened(node, agentVersion);
    this.#open.add(node);
    this.#note(node);
  }

  closed(node: string): void {
    const { presence } = this.#options;
    presence.closed(node);
    // Another stream of the same node may have taken over.
    if (!presence.isConnected(node)) this.#open.delete(node);
    this.#note(node);
  }

  reported(node: string, report: Report__Output): number {
    return this.#options.presence.reported(node, report);
  }

  forget(node: string): void {
    this.#open.delete(node);
    this.#options.presence.forget(node);
  }

  /** Call it when the streams have ended; resolves when the last notes are written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#notes;
  }

  /** What is known now: a node that is revoked is forgotten right after its stream ended. */
  #note(node: string): void {
    const { presence } = this.#options;
    const agentVersion = presence.of(node)?.agentVersion;
    // It sends its containers after it has connected: until then what was noted last stays.
    const containers = presence.hasReported(node) ? presence.runningOn(node) : undefined;
    this.#notes = this.#notes.then(() => this.#write(node, { agentVersion, containers }));
  }

  async #write(
    node: string,
    seen: { agentVersion: string | undefined; containers: number | undefined },
  ): Promise<void> {
    try {
      const { organization, id } = parseChildName(node, "nodes");
      await this.#options.nodes.contact(organization, id, seen);
    } catch (err) {
      this.#options.log.warn({ node, err }, "A node's last contact could not be noted");
    }
  }
}
