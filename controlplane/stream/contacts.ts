import type { Log } from "../../common/log.ts";
import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";
import type { NodeStore, ReceiptStore } from "../directory/directory.ts";
import type { EnrolledNode, StreamLease } from "../directory/records.ts";
import type { Contact, Presence } from "./presence.ts";
import { DueReceipts } from "./receipts-due.ts";

/** Between two notes about a node that stays connected. Milliseconds. */
const EVERY = 60_000;
/** How long a node counts as connected after the last note, in such times: long enough for one that comes late. */
const LEASE = 1.5;

export interface ContactsOptions {
  readonly presence: Presence;
  readonly nodes: Pick<NodeStore, "contact">;
  readonly receipts: Pick<ReceiptStore, "record">;
  readonly log: Pick<Log, "warn">;
  /** Names this process among those that use the database. */
  readonly server: string;
  /** Milliseconds. */
  readonly every?: number;
  readonly now?: () => number;
}

/** What is known of a node when a note is made: it may be forgotten when it is written. */
interface Note {
  readonly at: EnrolledNode;
  readonly agentVersion: string | undefined;
  readonly containers: number | undefined;
  readonly lease: StreamLease | undefined;
}

/**
 * Presence, written into the store as well: for other servers, and for the time when this process is not there any more. Contacts
 * are noted when a node connects, when its stream ends, and once a minute in between; reports at once, as far as they say
 * something new. What fails is made up for by the next; no stream waits for any of it. Presence goes by name, what is written goes by
 * uid: what an earlier node of the same name still says is dropped.
 */
export class Contacts {
  readonly #options: ContactsOptions;
  /** Who has the name here, of the nodes whose streams were opened. */
  readonly #known = new Map<string, EnrolledNode>();
  readonly #open = new Set<string>();
  /** Nodes whose stream is here, and the store does not know. */
  readonly #untaken = new Set<string>();
  readonly #due: DueReceipts;
  readonly #listeners = new Set<(node: string) => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #leaving = false;
  /** One after the other, so that what a node said last is what stays. */
  #writes = Promise.resolve();

  constructor(options: ContactsOptions) {
    this.#options = options;
    this.#due = new DueReceipts(options.presence);
    this.#unsubscribe = options.presence.onReport((contact) => this.#heard(contact));
    this.#timer = setInterval(() => {
      for (const node of this.#open) this.#again(node);
    }, options.every ?? EVERY);
    this.#timer.unref();
  }

  opened(node: EnrolledNode, agentVersion: string): void {
    const { presence } = this.#options;
    if (!this.#isKnown(node)) presence.forget(node.name);
    this.#known.set(node.name, node);
    presence.opened(node.name, agentVersion);
  }

  closed(node: EnrolledNode): void {
    if (this.#isKnown(node)) this.#options.presence.closed(node.name);
  }

  /** @returns how many containers of the report were dropped for want of room */
  reported(node: EnrolledNode, report: Report__Output): number {
    return this.#isKnown(node) ? this.#options.presence.reported(node.name, report) : 0;
  }

  /** For a node that is revoked or deleted. */
  forget(node: EnrolledNode): void {
    if (this.#isKnown(node)) this.#options.presence.forget(node.name);
  }

  #isKnown({ name, uid }: EnrolledNode): boolean {
    return this.#known.get(name)?.uid === uid;
  }

  /** Told of a node when something about it has been written: what is read from then on has it. Must not throw. */
  onWritten(listener: (node: string) => void): () => void {
    const own = (node: string) => listener(node);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** From now on the ends of streams are this server's, not the nodes': they count as connected while they look for another. */
  leave(): void {
    this.#leaving = true;
  }

  /** Call it when the streams have ended; resolves when all is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#writes;
  }

  #heard(contact: Contact): void {
    const { node } = contact;
    if (contact.kind === "opened") {
      this.#open.add(node);
      this.#untaken.add(node);
      this.#due.unsure(node);
      this.#note(node);
    } else if (contact.kind === "reported") {
      this.#due.add(node, contact);
      this.#writes = this.#writes.then(() => this.#record(node));
    } else {
      this.#open.delete(node);
      this.#untaken.delete(node);
      if (contact.kind === "closed") this.#note(node);
      else {
        this.#due.forget(node);
        this.#known.delete(node);
      }
    }
  }

  #again(node: string): void {
    this.#note(node);
    this.#writes = this.#writes.then(() => this.#record(node));
  }

  #note(node: string): void {
    const { presence } = this.#options;
    const at = this.#known.get(node);
    if (at === undefined) return;
    const agentVersion = presence.of(node)?.agentVersion;
    // It sends its containers after it has connected: until then what was noted last stays.
    const containers = presence.hasReported(node) ? presence.runningOn(node) : undefined;
    const note = { at, agentVersion, containers, lease: this.#lease(node) };
    this.#writes = this.#writes.then(() => this.#write(node, note));
  }

  #lease(node: string): StreamLease | undefined {
    const { server, every = EVERY, now = Date.now } = this.#options;
    if (!this.#open.has(node)) return this.#leaving ? undefined : { kind: "end", server };
    return { kind: this.#untaken.has(node) ? "take" : "hold", server, until: now() + LEASE * every };
  }

  async #write(node: string, { at, ...note }: Note): Promise<void> {
    try {
      await this.#options.nodes.contact(at, note);
      if (note.lease?.kind === "take") this.#untaken.delete(node);
      this.#tell(node);
    } catch (err) {
      this.#options.log.warn({ node, err }, "A node's last contact could not be noted");
    }
  }

  async #record(node: string): Promise<void> {
    // The store would not take it.
    if (this.#untaken.has(node)) return;
    const at = this.#known.get(node);
    const report = this.#due.take(node);
    if (at === undefined || report === undefined) return;
    try {
      await this.#options.receipts.record(at, this.#options.server, report);
      this.#tell(node);
    } catch (err) {
      this.#due.unsure(node);
      this.#options.log.warn({ node, err }, "What a node's containers run with could not be written down");
    }
  }

  #tell(node: string): void {
    for (const listener of [...this.#listeners]) listener(node);
  }
}
