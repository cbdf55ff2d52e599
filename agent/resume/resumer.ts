import { type BackoffPolicy, backoffDelay } from "../../common/backoff.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log, LogFields } from "../../common/log.ts";
import { SYSTEM_TIMERS, type Timers } from "../../common/timers.ts";
import type { LastGood } from "../cache/last-good.ts";
import type { ContainerEngine, ListedContainer } from "../engine/container-engine.ts";
import type { Reinjection } from "../inject/plan/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { parseRequest } from "../watch/labels.ts";
import type { InjectionRequest } from "../watch/request.ts";
import type { WatchedContainer } from "../watch/watched-container.ts";
import { isOwedStart } from "./judge-start.ts";
import type { Starts } from "./starts.ts";

export interface ResumerOptions {
  readonly engine: Pick<ContainerEngine, "list" | "lastStart" | "start">;
  readonly watcher: Pick<ContainerWatcher, "containers" | "onEvent" | "state">;
  readonly source: Pick<LastGood, "has">;
  readonly reinjection: Pick<Reinjection, "records">;
  readonly starts: Pick<Starts, "isUnderWay" | "unexplained" | "resuming">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly timers?: Timers;
  readonly backoff?: BackoffPolicy;
  /** A container runs again. */
  readonly resumed?: () => void;
}

/** A container that is owed a start. */
interface Owed {
  readonly attempts: number;
  /** When it may be tried: of the timers. */
  readonly at: number;
}

/** Milliseconds. */
const TICK = 1_000;
const RETRY: BackoffPolicy = { initial: 1_000, maximum: 60_000, factor: 2, jitter: 0.3 };
const MOST_ATTEMPTS = 10;
/** At the end of an outage many containers may be owed a start: not all at once. */
const AT_ONCE = 4;
const FEW = 5;

/**
 * Makes up for restarts that were refused because the agent was down or the control plane away: the engine tries those once. Looks
 * at each container that stopped, or whose start was refused, why it is down, and starts it when its target can be given.
 *
 * Nothing has to be remembered: the engine keeps why a start failed, and the next agent finds it there.
 */
export class Resumer {
  readonly #options: ResumerOptions;
  readonly #timers: Timers;
  readonly #owed = new Map<string, Owed>();
  /** Those that were unexplained at the last tick. */
  #noticed: ReadonlySet<string> = new Set();
  #unsubscribe: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: ResumerOptions) {
    this.#options = options;
    this.#timers = options.timers ?? SYSTEM_TIMERS;
  }

  start(): void {
    const { watcher, starts } = this.#options;
    this.#unsubscribe = watcher.onEvent(({ kind, container: { id } }) => {
      // A list is told as events, too, so this is what an earlier agent left; what is created just now has never run.
      const isFound = kind === "created" && watcher.state === "listing";
      if (isFound || kind === "died") starts.unexplained.add(id);
      if (kind === "started" || kind === "destroyed") this.#forget(id);
    });
    this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancel();
  }

  #later(): void {
    if (!this.#closed) this.#cancel = this.#timers.after(TICK, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#explain();
      for (const id of this.#owed.keys()) void this.#resume(id);
    } catch (thrown) {
      log.warn({ reason: reasonOf(thrown) }, "cannot tell which containers are stopped, trying again");
    }
    this.#later();
  }

  /** A list answers at once; only what it shows to be down is asked about. */
  async #explain(): Promise<void> {
    const { starts } = this.#options;
    // Most that end are started again at once, and then the engine should not be asked in the middle of it.
    const ids = [...starts.unexplained].filter((id) => this.#noticed.has(id));
    this.#noticed = new Set(starts.unexplained);
    if (ids.length === 0) return;
    const listed = await this.#list(ids);
    for (const id of ids) {
      const found = listed.get(id);
      if (found === undefined || found.running) starts.unexplained.delete(id);
      else if (found.restarting !== true && !starts.isUnderWay(id)) await this.#tryToLook(id);
    }
  }

  /** One that crashes again and again is listed for hours: then only that one. */
  async #list(ids: readonly string[]): Promise<ReadonlyMap<string, ListedContainer>> {
    const { engine } = this.#options;
    const lists = ids.length > FEW ? [engine.list()] : ids.map((id) => engine.list(id));
    return new Map((await Promise.all(lists)).flat().map((each) => [each.id, each]));
  }

  /** One of which the engine does not answer must not keep the others down. */
  async #tryToLook(id: string): Promise<void> {
    try {
      await this.#look(id);
    } catch (thrown) {
      const fields = { container: id, containerName: this.#watched(id)?.name ?? "" };
      this.#options.log.warn(
        { ...fields, reason: reasonOf(thrown) },
        "cannot tell why a container is stopped",
      );
    }
  }

  async #look(id: string): Promise<void> {
    const { engine, starts, log } = this.#options;
    const last = await engine.lastStart(id);
    // Its start was about to fail while it was listed.
    if (last?.status === "restarting" || this.#closed) return;
    starts.unexplained.delete(id);
    if (last === undefined || !isOwedStart(last)) return void this.#owed.delete(id);
    if (this.#owed.has(id)) return;
    this.#owed.set(id, { attempts: 0, at: 0 });
    const fields = { container: id, containerName: this.#watched(id)?.name ?? "", reason: last.error };
    log.info(fields, "a container could not be restarted, it is started when that is over");
  }

  async #resume(id: string): Promise<void> {
    const { engine, starts, resumed, log } = this.#options;
    const owed = this.#owed.get(id);
    const container = this.#watched(id);
    if (owed === undefined || container === undefined || !this.#isTime(id, owed, container)) return;
    starts.resuming.add(id);
    const fields = { container: id, containerName: container.name };
    try {
      // Meanwhile somebody may have seen to it, or may not want it up any more.
      const last = await engine.lastStart(id);
      if (last === undefined || !isOwedStart(last) || this.#closed) return void this.#owed.delete(id);
      log.info(
        fields,
        "starting a container that could not be restarted while agent or control plane were away",
      );
      if ((await engine.start(id)) === "done") {
        resumed?.();
        log.info(fields, "started a container that could not be restarted");
      }
      this.#forget(id);
    } catch (thrown) {
      // An engine that is down has not tried.
      this.#failed(fields, thrown, id, owed.attempts + (isUnreachable(thrown) ? 0 : 1));
    } finally {
      starts.resuming.delete(id);
    }
  }

  #isTime(id: string, owed: Owed, { labels, running }: WatchedContainer): boolean {
    const { source, starts, reinjection } = this.#options;
    if (running || starts.isUnderWay(id) || this.#timers.now() < owed.at) return false;
    if (starts.resuming.has(id) || starts.resuming.size >= AT_ONCE) return false;
    // Whoever began to restart it for new values owes the start, and brings it about.
    const attempt = reinjection.records().find((each) => each.container === id)?.attempt;
    if (attempt?.phase === "begun") return false;
    const request = requestOf(labels);
    return request !== undefined && source.has(request.target, request);
  }

  #failed(fields: LogFields, thrown: unknown, id: string, attempts: number): void {
    const { log, backoff = RETRY } = this.#options;
    const next = `docker start ${fields.containerName} does it by hand`;
    const reason = reasonOf(thrown);
    if (attempts >= MOST_ATTEMPTS) {
      this.#forget(id);
      log.error({ ...fields, attempt: attempts, reason, next }, "cannot start a container, giving up");
      return;
    }
    const milliseconds = backoffDelay(backoff, Math.max(0, attempts - 1), Math.random());
    this.#owed.set(id, { attempts, at: this.#timers.now() + milliseconds });
    log.warn(
      { ...fields, attempt: attempts, milliseconds, reason, next },
      "cannot start a container, trying again",
    );
  }

  #forget(id: string): void {
    this.#owed.delete(id);
    this.#options.starts.unexplained.delete(id);
  }

  #watched(id: string): WatchedContainer | undefined {
    return this.#options.watcher.containers().get(id);
  }
}

/** Undefined for labels with a mistake: its start would be refused for that. */
function requestOf(labels: WatchedContainer["labels"]): InjectionRequest | undefined {
  try {
    return parseRequest(labels);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}

function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof KeyholdError && thrown.code === "unavailable";
}

function reasonOf(thrown: unknown): string {
  return KeyholdError.from(thrown, "the engine did not do it").describe();
}
