import { type BackoffPolicy, backoffDelay, sleep } from "../../common/backoff.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine, ContainerEvent, ListedContainer } from "../engine/container-engine.ts";
import { isLabelled, keyholdLabels, type Labels } from "./labels.ts";
import { afterEvent, asListed } from "./watched.ts";
import type { WatchedContainer } from "./watched-container.ts";

export interface WatchEvent {
  /** `checked`: it is known, or has changed, what its HEALTHCHECK says. */
  readonly kind: Exclude<ContainerEvent["kind"], "signalled" | "renamed">;
  readonly container: WatchedContainer;
}

export interface ContainerWatcherOptions {
  readonly engine: Pick<ContainerEngine, "list" | "events">;
  readonly log: Pick<Log, "info" | "warn">;
  /** Are told of every container of the engine, labeled or not. */
  readonly everything?: readonly {
    listed(containers: readonly ListedContainer[]): void;
    heard(event: ContainerEvent): void;
  }[];
  readonly backoff?: BackoffPolicy;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Shorter than for a server far away: containers start while we wait. */
const ENGINE_BACKOFF: BackoffPolicy = { initial: 50, maximum: 2_000, factor: 2, jitter: 0.5 };

/**
 * Which labelled containers an engine has. Lists them, then follows the events, and lists again whenever an event could have been
 * missed: after every reconnect, and so after every restart of the engine. What was missed is told as events, in an order that
 * could have happened (`created` before `started`); a restart that begins and ends unseen is not told.
 *
 * `disconnected`: the engine cannot be reached; what is known stays as it was. `listing`: the event stream is open, and its events
 * wait until the list is in. `following`: events are told as they come.
 */
export class ContainerWatcher {
  readonly #options: ContainerWatcherOptions;
  readonly #containers = new Map<string, WatchedContainer>();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  readonly #ended = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #state: "disconnected" | "listing" | "following" = "disconnected";

  constructor(options: ContainerWatcherOptions) {
    this.#options = options;
    // Nobody has to wait for it.
    this.#ready.promise.catch(() => undefined);
  }

  get state(): "disconnected" | "listing" | "following" {
    return this.#state;
  }

  /** Begins in the background. Listeners should be there already; the first list is told as events, too. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Resolves when the first list is in. With an engine that is down this takes until it is up. Throws `cancelled` if the watcher is
   * closed before: nobody may take an empty list for an engine without containers.
   */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#ready.reject(
      new KeyholdError({ code: "cancelled", message: "the engine was never reached before the end" }),
    );
    await this.#running;
  }

  /** The labelled containers, running or not, by id. */
  containers(): ReadonlyMap<string, WatchedContainer> {
    return this.#containers;
  }

  /** Calls for each event of a labelled container. A listener must not throw. Returns the unsubscribe. */
  onEvent(listener: (event: WatchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Name and labels of a container whose creation may be under way: from its event, else by asking the engine. Undefined if the
   * engine has no such container. Throws as the engine does.
   */
  async labelsOf(id: string): Promise<{ readonly name: string; readonly labels: Labels } | undefined> {
    const known = this.#containers.get(id);
    if (known !== undefined) return known;
    const found = (await this.#options.engine.list(id)).find((each) => each.id === id);
    return found === undefined ? undefined : { name: found.name, labels: keyholdLabels(found.labels) };
  }

  async #run(): Promise<void> {
    const { log, backoff = ENGINE_BACKOFF } = this.#options;
    const { signal } = this.#ended;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await this.#connect(() => {
          attempt = 0;
        });
        if (!signal.aborted) log.warn({}, "the engine ended its event stream");
      } catch (thrown) {
        if (signal.aborted) break;
        const reason = KeyholdError.from(thrown, "the event stream broke").describe();
        log.warn({ reason, attempt }, "cannot watch the engine");
      }
      this.#state = "disconnected";
      await sleep(backoffDelay(backoff, attempt, Math.random()), signal);
    }
    this.#state = "disconnected";
  }

  /** From open stream to its end. */
  async #connect(onListed: () => void): Promise<void> {
    const { engine, log } = this.#options;
    // Its own signal, so that a failed list does not leave a stream behind.
    const connection = new AbortController();
    const signal = AbortSignal.any([this.#ended.signal, connection.signal]);
    try {
      // The stream first: whatever happens during the list waits in it, and is harmless when it is old news.
      const events = await engine.events(signal);
      this.#state = "listing";
      this.#take(await engine.list());
      this.#state = "following";
      onListed();
      this.#ready.resolve();
      log.info({ count: this.#containers.size }, "watching the engine");
      for await (const event of events) this.#hear(event);
    } finally {
      connection.abort();
    }
  }

  /** Brings what is known to what the engine lists. */
  #take(listed: Awaited<ReturnType<ContainerEngine["list"]>>): void {
    for (const each of this.#options.everything ?? []) each.listed(listed);
    const there = new Map(listed.map((each) => [each.id, each]));
    for (const known of [...this.#containers.values()]) {
      if (!there.has(known.id)) this.#apply("destroyed", known);
    }
    for (const each of listed) {
      if (!isLabelled(each.labels)) continue;
      const known = this.#containers.get(each.id);
      const container = asListed(each, known, this.#now());
      if (known !== undefined) this.#containers.set(each.id, { ...known, name: each.name });
      if (known === undefined) this.#apply("created", { ...container, running: false });
      if ((known?.running ?? false) !== each.running)
        this.#apply(each.running ? "started" : "died", container);
      else if ((known?.paused ?? false) !== (each.paused ?? false))
        this.#apply(each.paused === true ? "paused" : "unpaused", container);
      else if (known?.check !== container.check) this.#apply("checked", container);
    }
  }

  #hear(event: ContainerEvent): void {
    for (const each of this.#options.everything ?? []) each.heard(event);
    const { kind, id, labels } = event;
    const known = this.#containers.get(id);
    if (known === undefined ? !isLabelled(labels) : kind === "created") return;
    if (known === undefined && kind !== "created" && kind !== "started") return;
    const container = afterEvent(known, event, this.#now());
    if (kind === "signalled" || kind === "renamed") this.#containers.set(id, container);
    else this.#apply(kind, container);
    if (kind === "started") void this.#examine(container);
  }

  /** Whether it has a HEALTHCHECK is in no event. */
  async #examine({ id, startedAt }: WatchedContainer): Promise<void> {
    const listed = await this.#options.engine.list(id).catch((thrown: unknown) => {
      // The stream is about to break as well, and then everything is listed again.
      const reason = KeyholdError.from(thrown, "the engine did not say").describe();
      this.#options.log.warn({ container: id, reason }, "cannot tell whether a container has a HEALTHCHECK");
    });
    const check = listed?.find((each) => each.id === id)?.check;
    const known = this.#containers.get(id);
    // An event that came meanwhile is newer.
    if (check === undefined || known === undefined) return;
    if (known.startedAt !== startedAt || known.check !== undefined) return;
    this.#apply("checked", { ...known, check });
  }

  #apply(kind: WatchEvent["kind"], container: WatchedContainer): void {
    if (kind === "destroyed") this.#containers.delete(container.id);
    else this.#containers.set(container.id, container);
    for (const listener of [...this.#listeners]) listener({ kind, container });
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }
}
