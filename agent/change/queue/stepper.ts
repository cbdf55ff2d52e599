import type { Log } from "../../../common/log.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import type { ContainerWatcher } from "../../watch/container-watcher.ts";
import type { Sighting } from "../watch/lookout.ts";
import type { Timers } from "../watch/quiescence.ts";
import { DueList } from "./due-list.ts";
import { HEALTHY_AFTER, healthChangesAt, judge, STARTED_WITHIN } from "./health.ts";
import { type Standing, standingOf } from "./standing.ts";
import { haltedBy, haltingOf, type Member, mayBegin } from "./steps.ts";
import type { Turn } from "./turn.ts";
import { about, TurnBook } from "./turn-book.ts";
import { TurnTaker, type TurnTakerOptions } from "./turn-taker.ts";
import { answered, judged, revived, skipped } from "./turns.ts";

export interface StepperOptions extends Omit<TurnTakerOptions, "book" | "clock"> {
  readonly watcher: Pick<ContainerWatcher, "containers" | "onEvent">;
  readonly reinjection: Pick<Reinjection, "records" | "mark">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly timers: Timers;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
  /** That of maintenance windows. Default: the same. */
  readonly windowClock?: () => number;
  /** Milliseconds for which a container without a HEALTHCHECK has to run until it counts as healthy. */
  readonly healthyAfter?: number;
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
  readonly #clock: () => number;
  readonly #since: number;
  readonly #due: DueList;
  readonly #book: TurnBook;
  readonly #taker: TurnTaker;
  /** Being restarted by this agent: with their steps. */
  readonly #acting = new Map<string, string>();
  /** Steps that were given and not begun yet: by container. */
  readonly #granted = new Map<string, string>();
  /** Steps of containers that were never given anything: there is no record to answer in, and nothing is due. */
  readonly #strangers = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  /** What listeners know of. */
  #told = "";
  #unsubscribe: () => void = () => undefined;
  #cancelWake: () => void = () => undefined;
  #asked = false;
  #closed = false;

  constructor(options: StepperOptions) {
    this.#options = options;
    this.#healthyAfter = options.healthyAfter ?? HEALTHY_AFTER;
    this.#clock = options.clock ?? Date.now;
    this.#since = this.#clock();
    this.#due = new DueList(options.windowClock ?? this.#clock);
    this.#book = new TurnBook({ ...options, changed: () => this.#soon() });
    this.#taker = new TurnTaker({
      ...options,
      book: this.#book,
      clock: this.#clock,
      still: async (id) => (await options.still(id)) && !this.#isKept(id),
    });
  }

  start(): void {
    this.#unsubscribe = this.#options.watcher.onEvent(() => this.#soon());
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#closed = true;
    this.#taker.close();
    this.#unsubscribe();
    this.#cancelWake();
  }

  /** Called when anything has changed of what {@link standings} says. Returns the unsubscribe. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A restart is due, and it is quiet. */
  due(sighting: Sighting): void {
    this.#due.add(sighting);
    const opens = this.#due.opensAt(sighting.record.container);
    if (opens !== undefined) {
      const fields = { ...about(sighting.record), until: new Date(opens).toISOString() };
      this.#options.log.info(fields, "a container waits for its maintenance window");
    }
    this.#soon();
  }

  /** Something has changed for it: what is due waits until it is quiet again. */
  stirred(container: string): void {
    this.#due.stir(container);
  }

  /** Nothing can be done for it now: it does not run, or its values are not known. */
  withdraw(container: string): void {
    if (this.#closed) return;
    // Nearly always nothing was due, and then nothing has changed.
    if (this.#due.get(container) !== undefined || this.#granted.has(container)) this.#soon();
    this.#due.remove(container);
    this.#answer(container);
  }

  /** It has the values of now. */
  notDue(container: string): void {
    if (this.#closed) return;
    this.withdraw(container);
    if (!this.#acting.has(container)) this.#leaveTurn(container);
  }

  /**
   * Its target gets what is in the bundle of this digest by now. If it ended by itself with what it was restarted for, it is started
   * with that: it ran before it was restarted, and nobody else would.
   */
  revive(container: string, digest: string): void {
    if (this.#closed) return;
    const watched = this.#options.watcher.containers().get(container);
    const record = this.#book.recordOf(container);
    if (record === undefined || record.given.digest === digest || this.#acting.has(container)) return;
    if (watched === undefined || watched.running || watched.exit?.asked !== false) return;
    this.#book.note(container, (found) => revived(found, this.#clock()));
    this.#soon();
  }

  /** The control plane gives a container its turn. The same step again changes nothing. */
  grant(step: string, container: string): void {
    const record = this.#book.recordOf(container);
    if (record === undefined) this.#strangers.set(container, step);
    const isKnown = step === (this.#acting.get(container) ?? record?.turn?.step);
    if (!isKnown && this.#due.get(container) !== undefined) this.#granted.set(container, step);
    else if (!isKnown && !this.#acting.has(container)) {
      this.#book.note(container, (found) => answered(found, step, this.#clock()));
    }
    this.#soon();
  }

  /** Of every labelled container, by id. */
  standings(): ReadonlyMap<string, Standing> {
    const records = this.#records();
    const members = this.#members();
    const byId = new Map(members.map((each) => [each.container, each]));
    const halting = haltingOf(members);
    const halterOf = (id: string): string | undefined => {
      const member = byId.get(id);
      const found = member?.due === true ? haltedBy(member, halting) : undefined;
      return found && records.get(found.container)?.name;
    };
    const common = { now: this.#clock(), healthyAfter: this.#healthyAfter };
    const containers = [...this.#options.watcher.containers().values()];
    return new Map(
      containers.map((container) => {
        const { id } = container;
        const record = records.get(id);
        const turn = record === undefined ? answerOf(this.#strangers.get(id)) : record.turn;
        const due = this.#due.get(id) !== undefined;
        const waitingUntil = this.#due.opensAt(id);
        return [id, standingOf({ ...common, container, turn, due, waitingUntil, haltedBy: halterOf(id) })];
      }),
    );
  }

  /** A step that was given is over: whoever gave it may give the place to another. */
  #answer(container: string): void {
    const step = this.#granted.get(container);
    this.#granted.delete(container);
    if (step !== undefined) this.#book.note(container, (record) => answered(record, step, this.#clock()));
  }

  /** So is what an earlier agent began. */
  #leaveTurn(container: string): void {
    this.#answer(container);
    this.#book.note(container, (record) => skipped(record, this.#clock()));
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
    const records = this.#records();
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
        due: this.#due.isReady(container) && !this.#isKept(container),
        revision: wanted.revision,
        acting: this.#acting.has(container),
        granted: this.#granted.has(container) || (turn?.phase === "begun" && turn.step !== ""),
        turn,
      };
    });
  }

  /** Its window is shut, or somebody has paused it: a restart would end that. */
  #isKept(container: string): boolean {
    const isPaused = this.#options.watcher.containers().get(container)?.paused === true;
    return isPaused || this.#due.opensAt(container) !== undefined;
  }

  /** How the restart of a container goes, and whether it has lost its turn because it is kept from it. */
  #see({ container, turn }: ContainerRecord): void {
    if (this.#isKept(container) && !this.#acting.has(container)) this.#leaveTurn(container);
    const watched = this.#options.watcher.containers().get(container);
    // As long as the engine is about it, it is on its way.
    if (!isWatched(turn) || (this.#acting.has(container) && watched?.running !== true)) return;
    const now = this.#clock();
    const next = judged(turn, judge(turn, watched, now, this.#healthyAfter), now);
    if (next !== turn) this.#book.note(container, (found) => (found.turn === turn ? next : found.turn));
  }

  /** It was stopped for its new values, by an earlier agent perhaps, and nobody has started it. */
  #isOwed({ container, turn }: ContainerRecord): boolean {
    const watched = this.#options.watcher.containers().get(container);
    if (turn?.phase !== "begun" || watched === undefined || watched.running) return false;
    return !this.#acting.has(container) && this.#clock() >= this.#owedAt(turn, watched.exit?.at);
  }

  #owedAt(turn: Turn, endedAt = 0): number {
    return Math.max(turn.at, endedAt, this.#since) + ENGINE_PAUSE;
  }

  async #begin(record: ContainerRecord, owed: boolean): Promise<void> {
    const { container, turn } = record;
    const due = this.#due.get(container);
    const step = this.#granted.get(container) ?? (turn?.phase === "begun" ? turn.step : "");
    this.#acting.set(container, step);
    this.#granted.delete(container);
    await this.#taker.take({ record, step, changed: due?.sighting.changed ?? [], owed });
    this.#acting.delete(container);
    if (this.#due.get(container) === due) this.#due.remove(container);
    this.#soon();
  }

  /** One timer for the next moment at which anything changes by itself. */
  #wakeLater(): void {
    this.#cancelWake();
    const left = [...this.#changesIn()].filter((milliseconds) => milliseconds > 0);
    if (left.length === 0) return;
    this.#cancelWake = this.#options.timers.after(Math.min(...left, LONGEST_WAIT), () => this.#soon());
  }

  *#changesIn(): Generator<number> {
    yield* this.#due.changesIn();
    const now = this.#clock();
    const containers = this.#options.watcher.containers();
    for (const each of containers.values()) yield (healthChangesAt(each, this.#healthyAfter) ?? 0) - now;
    for (const { container, turn } of this.#options.reinjection.records()) {
      if (turn?.phase === "started") yield turn.at + STARTED_WITHIN - now;
      if (turn?.phase === "begun") yield this.#owedAt(turn, containers.get(container)?.exit?.at) - now;
    }
  }

  #records(): ReadonlyMap<string, ContainerRecord> {
    return new Map(this.#options.reinjection.records().map((each) => [each.container, each]));
  }
}

/** How it does is news. */
function isWatched(turn: Turn | undefined): turn is Turn {
  return turn?.phase === "started" || (turn?.phase === "skipped" && turn.failure !== undefined);
}

function answerOf(step: string | undefined): Turn | undefined {
  return step === undefined ? undefined : { phase: "skipped", step, revision: 0, at: 0 };
}
