import { KeyholdError } from "../../common/errors.ts";
import type { Log, LogFields } from "../../common/log.ts";
import type { Turn } from "../inject/turn.ts";
import type { ContainerRecord, Reinjection } from "../inject/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { parseRequest } from "../watch/labels.ts";
import { type WindowState, windowAt } from "../watch/window.ts";
import { HEALTHY_AFTER, healthChangesAt, judge } from "./health.ts";
import type { Sighting } from "./lookout.ts";
import type { Timers } from "./quiescence.ts";
import type { Due, Restarter } from "./restarter.ts";
import { nextAfter, type Standing, standingOf } from "./standing.ts";
import { haltedBy, type Member, mayBegin } from "./steps.ts";
import { answered, begun, judged, skipped, unable } from "./turns.ts";

export interface StepperOptions {
  readonly watcher: Pick<ContainerWatcher, "containers" | "onEvent">;
  readonly reinjection: Pick<Reinjection, "records" | "mark">;
  readonly restarter: Pick<Restarter, "restart">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly timers: Timers;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
  /** That of maintenance windows. Default: the same. */
  readonly windowClock?: () => number;
  /** Milliseconds for which a container without a HEALTHCHECK has to run until it counts as healthy. */
  readonly healthyAfter?: number;
  /** Whether a restart is due still; asked right before the engine is. */
  readonly still: (container: string) => Promise<boolean>;
  /** It was not restarted; something may be due for it all the same. */
  readonly again: (container: string) => void;
}

interface Waiting {
  readonly sighting: Sighting;
  /** Nothing has changed for it lately. */
  quiet: boolean;
}

/** Milliseconds. A host's clock may be set while a window is waited for, so it is looked at now and then. */
const LONGEST_WAIT = 60_000;
/** Milliseconds. How long the engine, asked by an earlier agent, may take between the end of a process and the next start. */
const ENGINE_PAUSE = 1_000;

/**
 * Restarts containers in steps: decides whose turn it is (`steps.ts`), sees how it goes (`health.ts`), and looks again after
 * anything that happens. What must outlive this agent lies in the containers' records; everything else can be found anew.
 */
export class Stepper {
  readonly #options: StepperOptions;
  readonly #healthyAfter: number;
  readonly #waiting = new Map<string, Waiting>();
  /** Being restarted by this agent: with their steps. */
  readonly #acting = new Map<string, string>();
  /** Steps that were given and not begun yet: by container. */
  readonly #granted = new Map<string, string>();
  /** Steps of containers that were never given anything: there is no record to answer in, and nothing is due. */
  readonly #strangers = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  readonly #since: number;
  #unsubscribe: () => void = () => undefined;
  #cancelWake: () => void = () => undefined;
  /** What listeners know of. */
  #told = "";
  #asked = false;
  #closed = false;

  constructor(options: StepperOptions) {
    this.#options = options;
    this.#healthyAfter = options.healthyAfter ?? HEALTHY_AFTER;
    this.#since = this.#now();
  }

  start(): void {
    this.#unsubscribe = this.#options.watcher.onEvent(() => this.#soon());
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelWake();
  }

  /** Called when anything may have changed of what {@link standings} says. Returns the unsubscribe. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A restart is due, and it is quiet. */
  due(sighting: Sighting): void {
    const { record } = sighting;
    this.#waiting.set(record.container, { sighting, quiet: true });
    const opens = this.#opensAt(record.container);
    if (opens !== undefined) {
      const until = new Date(opens).toISOString();
      this.#options.log.info({ ...about(record), until }, "a container waits for its maintenance window");
    }
    this.#soon();
  }

  /** Something has changed for it: what is due waits until it is quiet again. */
  stirred(container: string): void {
    const waiting = this.#waiting.get(container);
    if (waiting !== undefined) waiting.quiet = false;
  }

  /** Nothing can be done for it now: it does not run, or its values are not known. */
  withdraw(container: string): void {
    this.#waiting.delete(container);
    this.#answer(container);
    this.#soon();
  }

  /** It has the values of now. */
  notDue(container: string): void {
    this.withdraw(container);
    if (!this.#acting.has(container)) this.#leaveTurn(container);
  }

  /** The control plane gives a container its turn. The same step again changes nothing. */
  grant(step: string, container: string): void {
    const record = this.#recordOf(container);
    if (record === undefined) this.#strangers.set(container, step);
    const isKnown = step === (this.#acting.get(container) ?? record?.turn?.step);
    if (!isKnown && this.#waiting.has(container)) this.#granted.set(container, step);
    else if (!isKnown && !this.#acting.has(container)) {
      this.#mark(container, (record) => answered(record, step, this.#now()));
    }
    // What answers it may have been lost.
    this.#soon();
  }

  /** Of every labelled container, by id. */
  standings(): ReadonlyMap<string, Standing> {
    const records = new Map(this.#options.reinjection.records().map((each) => [each.container, each]));
    const members = this.#members();
    const byId = new Map(members.map((each) => [each.container, each]));
    const of = (id: string): string | undefined => {
      const member = byId.get(id);
      const halting = member?.due === true ? haltedBy(member, members) : undefined;
      return halting && records.get(halting.container)?.name;
    };
    const common = { now: this.#now(), healthyAfter: this.#healthyAfter };
    const containers = [...this.#options.watcher.containers().values()];
    return new Map(
      containers.map((container) => {
        const { id } = container;
        const [due, waitingUntil] = [this.#waiting.has(id), this.#opensAt(id)];
        const record = records.get(id);
        const turn = record === undefined ? answerOf(this.#strangers.get(id)) : record.turn;
        return [id, standingOf({ ...common, container, turn, due, waitingUntil, haltedBy: of(id) })];
      }),
    );
  }

  /** A step that was given is over: whoever gave it may give the place to another. */
  #answer(container: string): void {
    const step = this.#granted.get(container);
    this.#granted.delete(container);
    if (step !== undefined) this.#mark(container, (record) => answered(record, step, this.#now()));
  }

  /** So is what an earlier agent began. */
  #leaveTurn(container: string): void {
    this.#answer(container);
    this.#mark(container, (record) => skipped(record, this.#now()));
  }

  /** What happens together is looked at once. */
  #soon(): void {
    if (this.#asked || this.#closed) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      if (!this.#closed) this.#advance();
    });
  }

  #advance(): void {
    for (const record of this.#options.reinjection.records()) {
      this.#see(record);
      if (this.#isOwed(record)) void this.#begin(record, true);
    }
    const records = new Map(this.#options.reinjection.records().map((each) => [each.container, each]));
    for (const id of mayBegin(this.#members())) {
      const record = records.get(id);
      if (record !== undefined) void this.#begin(record, false);
    }
    this.#wakeLater();
    const told = JSON.stringify([...this.standings()]);
    if (told === this.#told) return;
    this.#told = told;
    for (const listener of [...this.#listeners]) listener();
  }

  #members(): readonly Member[] {
    const containers = this.#options.watcher.containers();
    return this.#options.reinjection.records().flatMap(({ container, labels, wanted, turn }) => {
      const watched = containers.get(container);
      if (watched === undefined) return [];
      return {
        container,
        grouped: "keyhold.rollout" in labels,
        running: watched.running,
        due: this.#waiting.get(container)?.quiet === true && this.#opensAt(container) === undefined,
        revision: wanted.revision,
        acting: this.#acting.has(container),
        granted: this.#granted.has(container) || (turn?.phase === "begun" && turn.step !== ""),
        turn,
      };
    });
  }

  /** How the restart of a container goes, and whether it has lost its turn because its window has closed. */
  #see(record: ContainerRecord): void {
    const { container, turn } = record;
    if (this.#opensAt(container) !== undefined && !this.#acting.has(container)) this.#leaveTurn(container);
    if (turn?.phase !== "started") return;
    const now = this.#now();
    const finding = judge(turn, this.#options.watcher.containers().get(container), now, this.#healthyAfter);
    const next = judged(turn, finding, now);
    if (next !== turn) this.#mark(container, (found) => (found.turn === turn ? next : found.turn));
  }

  /** An earlier agent had it stopped, and nobody has started it. */
  #isOwed({ container, turn }: ContainerRecord): boolean {
    const watched = this.#options.watcher.containers().get(container);
    if (turn?.phase !== "begun" || watched === undefined || watched.running) return false;
    return !this.#acting.has(container) && this.#now() >= this.#owedAt(turn, watched.exit?.at);
  }

  #owedAt(turn: Turn, endedAt = 0): number {
    return Math.max(turn.at, endedAt, this.#since) + ENGINE_PAUSE;
  }

  async #begin(record: ContainerRecord, owed: boolean): Promise<void> {
    const { container, turn } = record;
    const waiting = this.#waiting.get(container);
    const step = this.#granted.get(container) ?? (turn?.phase === "begun" ? turn.step : "");
    this.#acting.set(container, step);
    this.#granted.delete(container);
    try {
      await this.#options.reinjection.mark(container, (found) => begun(found, step, this.#now()));
      const isDone = await this.#restart(record, waiting?.sighting.changed, owed);
      if (!isDone && !this.#closed) await this.#leave(container);
    } catch (thrown) {
      this.#complain(record, thrown);
    }
    this.#acting.delete(container);
    if (this.#waiting.get(container) === waiting) this.#waiting.delete(container);
    this.#soon();
  }

  /** It was not due any more, or somebody has stopped it. */
  async #leave(container: string): Promise<void> {
    await this.#options.reinjection.mark(container, (found) => skipped(found, this.#now()));
    this.#options.again(container);
  }

  #restart(record: ContainerRecord, changed: readonly string[] = [], owed: boolean): Promise<boolean> {
    const { log, restarter } = this.#options;
    const step = this.#acting.get(record.container) ?? "";
    const fields = { ...about(record), revision: record.wanted.revision, ...(step === "" ? {} : { step }) };
    if (owed) log.info(fields, "starting a container that an earlier agent had stopped for its new values");
    else log.info({ ...fields, reason: changed.join(", ") }, "restarting a container for its new values");
    const stopTimeout = parseRequest(record.labels)?.stopTimeout;
    return restarter.restart(this.#dueOf(record, owed), stopTimeout);
  }

  #dueOf(record: ContainerRecord, owed: boolean): Due {
    const { container, name, target } = record;
    const given = JSON.stringify(record.given);
    return {
      container,
      name,
      target,
      begun: owed,
      still: async () => (await this.#options.still(container)) && this.#opensAt(container) === undefined,
      isSameProcess: () => JSON.stringify(this.#recordOf(container)?.given) === given,
      failed: (reason) => this.#mark(container, (found) => unable(found, `the engine says: ${reason}`)),
    };
  }

  /** Keeps how the turn goes on; what it says is told once. */
  #mark(container: string, change: (record: ContainerRecord) => Turn | undefined): void {
    const before = this.#recordOf(container);
    if (before === undefined || change(before) === before.turn) return;
    this.#options.reinjection.mark(container, change).then(
      (isNews) => {
        const after = this.#recordOf(container);
        if (isNews && after !== undefined) this.#tell(after, before.turn);
        if (isNews) this.#soon();
      },
      (thrown: unknown) => this.#complain(before, thrown),
    );
  }

  #tell(record: ContainerRecord, before: Turn | undefined): void {
    const { log } = this.#options;
    const { name, turn } = record;
    const fields = { ...about(record), revision: turn?.revision ?? 0 };
    if (turn?.phase === "healthy" && before?.phase === "started") {
      log.info(fields, "a container is healthy with its new values");
    }
    const failure = turn?.failure;
    if (failure === undefined || failure === before?.failure) return;
    const grouped = "keyhold.rollout" in record.labels;
    log.error(
      { ...fields, reason: failure.what, next: nextAfter(name) },
      grouped
        ? "a container of a group did not become healthy after its restart"
        : "a container did not become healthy after its restart, so no other is restarted for these values",
    );
  }

  #complain(record: ContainerRecord, thrown: unknown): void {
    const error = KeyholdError.from(thrown, "the change could not be applied");
    const fields = { ...about(record), reason: error.message, next: error.next ?? "" };
    this.#options.log.warn(fields, "a container keeps the values it has");
  }

  /** One timer for the next moment at which anything changes by itself. */
  #wakeLater(): void {
    this.#cancelWake();
    const now = this.#now();
    const moments = [...this.#moments()].filter((moment) => moment > now);
    if (moments.length === 0) return;
    const wait = Math.min(...moments, now + LONGEST_WAIT) - now;
    this.#cancelWake = this.#options.timers.after(wait, () => this.#soon());
  }

  *#moments(): Generator<number> {
    for (const container of this.#waiting.keys()) {
      const state = this.#windowOf(container);
      if (state !== undefined) yield this.#now() + state.until - this.#windowNow();
    }
    const containers = this.#options.watcher.containers();
    for (const each of containers.values()) yield healthChangesAt(each, this.#healthyAfter) ?? 0;
    for (const { container, turn } of this.#options.reinjection.records()) {
      if (turn?.phase === "started") yield turn.at + this.#healthyAfter;
      if (turn?.phase === "begun") yield this.#owedAt(turn, containers.get(container)?.exit?.at);
    }
  }

  /** When the window opens that a restart waits for. */
  #opensAt(container: string): number | undefined {
    const state = this.#windowOf(container);
    return state?.open === false ? state.until : undefined;
  }

  #windowOf(container: string): WindowState | undefined {
    const window = this.#waiting.get(container)?.sighting.request.window;
    return window && windowAt(window, this.#windowNow());
  }

  #recordOf(container: string): ContainerRecord | undefined {
    return this.#options.reinjection.records().find((each) => each.container === container);
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #windowNow(): number {
    return (this.#options.windowClock ?? this.#options.clock ?? Date.now)();
  }
}

function answerOf(step: string | undefined): Turn | undefined {
  return step === undefined ? undefined : { phase: "skipped", step, revision: 0, at: 0 };
}

function about({ container, name, target }: ContainerRecord): LogFields {
  return { container, containerName: name, target };
}
