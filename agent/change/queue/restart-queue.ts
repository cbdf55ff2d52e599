import type { Log } from "../../../common/log.ts";
import type { Timers } from "../../../common/timers.ts";
import type { RestartAttempt } from "../../inject/plan/attempt.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import type { ContainerWatcher } from "../../watch/container-watcher.ts";
import type { WatchedContainer } from "../../watch/watched-container.ts";
import type { Observation } from "../watch/change-watcher.ts";
import { AttemptRecords, about } from "./attempt-records.ts";
import { answered, judged, revived, skipped } from "./attempts.ts";
import { type ContainerStatus, statusOf } from "./container-status.ts";
import { HEALTHY_AFTER_MS, healthChangesAt, judgeRestart, STARTED_WITHIN_MS } from "./health.ts";
import { Notes } from "./notes.ts";
import { PACE_TIMES, type PaceTimes } from "./pace.ts";
import { Paces } from "./paces.ts";
import { PendingRestarts } from "./pending-restarts.ts";
import { RestartRunner, type RestartRunnerOptions } from "./restart-runner.ts";
import { type Candidate, haltedBy, haltingOf, selectRestarts } from "./select.ts";
import { WakeTimer } from "./wake-timer.ts";

export interface RestartQueueOptions extends Omit<RestartRunnerOptions, "book" | "clock"> {
  readonly watcher: Pick<ContainerWatcher, "containers" | "onEvent">;
  readonly reinjection: Pick<Reinjection, "records" | "updateAttempt">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly timers: Timers;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
  /** That of maintenance windows. Default: the same. */
  readonly windowClock?: () => number;
  /** Milliseconds for which a container without a HEALTHCHECK has to run until it counts as healthy. */
  readonly healthyAfter?: number;
  readonly paceTimes?: PaceTimes;
  readonly healthy?: (record: ContainerRecord) => void;
  readonly cutOff?: (container: WatchedContainer) => readonly string[];
}

/** Milliseconds. How long the engine, asked by an earlier agent, may take between the end of a process and the next start. */
const ENGINE_PAUSE_MS = 1_000;

/**
 * Restarts containers a few at a time: selects the next ones (`select.ts`), checks the health of each after its restart
 * (`health.ts`), and looks again after every event. What must outlive this agent is in the containers' records.
 */
export class RestartQueue {
  readonly #options: RestartQueueOptions;
  readonly #healthyAfter: number;
  readonly #clock: () => number;
  readonly #since: number;
  readonly #pending: PendingRestarts;
  readonly #paces: Paces;
  readonly #notes = new Notes();
  readonly #wake: WakeTimer;
  readonly #attempts: AttemptRecords;
  readonly #runner: RestartRunner;
  /** Being restarted by this agent: with their steps. */
  readonly #acting = new Map<string, string>();
  /** Steps that were given and not begun yet: by container. */
  readonly #granted = new Map<string, string>();
  /** Steps of containers that were never given anything: there is no record to answer in, and nothing is due. */
  readonly #unrecordedSteps = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  /** What listeners know of. */
  #lastStatuses = "";
  #unsubscribe: () => void = () => undefined;
  #isScheduled = false;
  #closed = false;

  constructor(options: RestartQueueOptions) {
    this.#options = options;
    this.#healthyAfter = options.healthyAfter ?? HEALTHY_AFTER_MS;
    this.#clock = options.clock ?? Date.now;
    this.#since = this.#clock();
    this.#pending = new PendingRestarts(options.windowClock ?? this.#clock);
    this.#wake = new WakeTimer(options.timers, () => this.#scheduleAdvance());
    this.#paces = new Paces(options.paceTimes ?? PACE_TIMES, () => options.timers.now());
    this.#attempts = new AttemptRecords({ ...options, changed: () => this.#scheduleAdvance() });
    this.#runner = new RestartRunner({
      ...options,
      book: this.#attempts,
      clock: this.#clock,
      still: async (id) => (await options.still(id)) && !this.#isKept(id),
    });
  }

  start(): void {
    this.#unsubscribe = this.#options.watcher.onEvent(() => this.#scheduleAdvance());
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#closed = true;
    this.#runner.close();
    this.#unsubscribe();
    this.#wake.cancel();
  }

  /** Called when anything has changed of what {@link statuses} says. Returns the unsubscribe. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A restart is due, and it is quiet. */
  due(observation: Observation): void {
    const { container, attempt } = observation.record;
    this.#pending.add(observation);
    this.#paces.due(container);
    const opens = this.#pending.opensAt(container);
    if (opens !== undefined) {
      const fields = { ...about(observation.record), until: new Date(opens).toISOString() };
      this.#options.log.info(fields, "a container waits for its maintenance window");
    } else if (this.#paces.pauseOf(container, attempt) > 0) {
      this.#options.log.info(
        about(observation.record),
        "a container was restarted a moment ago, so its next restart waits",
      );
    }
    this.#scheduleAdvance();
  }

  /** Something has changed for it: what is due waits until it is quiet again. */
  stirred(container: string): void {
    this.#pending.stir(container);
  }

  /** Nothing can be done for it now: it does not run, or its values are not known. */
  withdraw(container: string): void {
    if (this.#closed) return;
    // Nearly always nothing was due, and then nothing has changed.
    if (this.#pending.get(container) !== undefined || this.#granted.has(container)) this.#scheduleAdvance();
    this.#pending.remove(container);
    this.#answer(container);
  }

  /**
   * Reports what a person has to do for the container, to follow its name; empty: nothing.
   * @returns whether that is news
   */
  note(container: string, problem: string): boolean {
    const isNews = this.#notes.set(container, problem);
    if (isNews) this.#scheduleAdvance();
    return isNews;
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
    const record = this.#attempts.recordOf(container);
    if (record === undefined || record.given.digest === digest || this.#acting.has(container)) return;
    if (watched === undefined || watched.running || watched.exit?.asked !== false) return;
    this.#attempts.note(container, (found) => revived(found, this.#clock()));
    this.#scheduleAdvance();
  }

  /** The control plane allows the restart of a container of a group. The same step again changes nothing. */
  grant(step: string, container: string): void {
    const record = this.#attempts.recordOf(container);
    if (record === undefined) this.#unrecordedSteps.set(container, step);
    const isKnown = step === (this.#acting.get(container) ?? record?.attempt?.step);
    if (!isKnown && this.#pending.get(container) !== undefined) this.#granted.set(container, step);
    else if (!isKnown && !this.#acting.has(container)) {
      this.#attempts.note(container, (found) => answered(found, step, this.#clock()));
    }
    this.#scheduleAdvance();
  }

  /** Of every labelled container, by id. */
  statuses(): ReadonlyMap<string, ContainerStatus> {
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
        const attempt = record === undefined ? answerOf(this.#unrecordedSteps.get(id)) : record.attempt;
        const due = this.#pending.get(id) !== undefined;
        const waitingUntil = this.#pending.opensAt(id);
        const note = this.#notes.of(id);
        const cutOff = this.#options.cutOff?.(container) ?? [];
        const haltedBy = halterOf(id);
        return [id, statusOf({ ...common, container, attempt, due, waitingUntil, haltedBy, note, cutOff })];
      }),
    );
  }

  /** A step that was given is over: whoever gave it may give the place to another. */
  #answer(container: string): void {
    const step = this.#granted.get(container);
    this.#granted.delete(container);
    if (step !== undefined) this.#attempts.note(container, (record) => answered(record, step, this.#clock()));
  }

  /** So is what an earlier agent began. */
  #leaveTurn(container: string): void {
    this.#answer(container);
    this.#attempts.note(container, (record) => skipped(record, this.#clock()));
  }

  /** What happens together is looked at once. */
  #scheduleAdvance(): void {
    if (this.#isScheduled || this.#closed) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (!this.#closed) this.#advance();
    });
  }

  #advance(): void {
    const containers = this.#options.watcher.containers();
    this.#paces.retain((id) => containers.has(id));
    this.#notes.retain((id) => containers.has(id));
    for (const record of this.#options.reinjection.records()) {
      this.#checkHealth(record);
      if (this.#isOwed(record)) void this.#begin(record, true);
    }
    const records = this.#records();
    for (const id of selectRestarts(this.#members())) {
      const record = records.get(id);
      if (record !== undefined) void this.#begin(record, false);
    }
    this.#wake.schedule(this.#nextChanges());
    const told = JSON.stringify([...this.statuses()]);
    if (told === this.#lastStatuses) return;
    this.#lastStatuses = told;
    for (const listener of [...this.#listeners]) listener();
  }

  #members(): readonly Candidate[] {
    const containers = this.#options.watcher.containers();
    return this.#options.reinjection.records().flatMap(({ container, labels, wanted, attempt }) => {
      const watched = containers.get(container);
      if (watched === undefined) return [];
      return {
        container,
        grouped: "keyhold.rollout" in labels,
        running: watched.running,
        due:
          this.#pending.isReady(container) &&
          !this.#isKept(container) &&
          this.#paces.pauseOf(container, attempt) <= 0,
        restartedAt: this.#paces.lastOf(container),
        revision: wanted.revision,
        acting: this.#acting.has(container),
        granted: this.#granted.has(container) || (attempt?.phase === "begun" && attempt.step !== ""),
        attempt,
      };
    });
  }

  /** Its window is shut, or somebody has paused it: a restart would end that. */
  #isKept(container: string): boolean {
    const isPaused = this.#options.watcher.containers().get(container)?.paused === true;
    return isPaused || this.#pending.opensAt(container) !== undefined;
  }

  /** Updates how the restart of a container goes, and ends its attempt if a window or a pause keeps it from being restarted. */
  #checkHealth({ container, attempt }: ContainerRecord): void {
    if (this.#isKept(container) && !this.#acting.has(container)) this.#leaveTurn(container);
    const watched = this.#options.watcher.containers().get(container);
    // As long as the engine is about it, it is on its way.
    if (!isWatched(attempt) || (this.#acting.has(container) && watched?.running !== true)) return;
    const now = this.#clock();
    const next = judged(attempt, judgeRestart(attempt, watched, now, this.#healthyAfter), now);
    if (next !== attempt)
      this.#attempts.note(container, (found) => (found.attempt === attempt ? next : found.attempt));
  }

  /** It was stopped for its new values, by an earlier agent perhaps, and nobody has started it. */
  #isOwed({ container, attempt }: ContainerRecord): boolean {
    const watched = this.#options.watcher.containers().get(container);
    if (attempt?.phase !== "begun" || watched === undefined || watched.running) return false;
    return !this.#acting.has(container) && this.#clock() >= this.#owedAt(attempt, watched.exit?.at);
  }

  #owedAt(attempt: RestartAttempt, endedAt = 0): number {
    return Math.max(attempt.at, endedAt, this.#since) + ENGINE_PAUSE_MS;
  }

  async #begin(record: ContainerRecord, owed: boolean): Promise<void> {
    const { container, attempt } = record;
    const due = this.#pending.get(container);
    const step = this.#granted.get(container) ?? (attempt?.phase === "begun" ? attempt.step : "");
    this.#acting.set(container, step);
    this.#granted.delete(container);
    if (!owed) this.#paces.restarted(container, attempt);
    await this.#runner.run({ record, step, changed: due?.observation.changed ?? [], owed });
    this.#acting.delete(container);
    if (this.#pending.get(container) === due) this.#pending.remove(container);
    this.#scheduleAdvance();
  }

  /** Milliseconds until something changes by itself. */
  *#nextChanges(): Generator<number> {
    yield* this.#pending.changesIn();
    const now = this.#clock();
    const containers = this.#options.watcher.containers();
    for (const each of containers.values()) yield (healthChangesAt(each, this.#healthyAfter) ?? 0) - now;
    for (const { container, attempt } of this.#options.reinjection.records()) {
      if (this.#pending.isReady(container)) yield this.#paces.pauseOf(container, attempt);
      if (attempt?.phase === "started") yield attempt.at + STARTED_WITHIN_MS - now;
      if (attempt?.phase === "begun") yield this.#owedAt(attempt, containers.get(container)?.exit?.at) - now;
    }
  }

  #records(): ReadonlyMap<string, ContainerRecord> {
    return new Map(this.#options.reinjection.records().map((each) => [each.container, each]));
  }
}

/** How it does is news. */
function isWatched(attempt: RestartAttempt | undefined): attempt is RestartAttempt {
  return attempt?.phase === "started" || (attempt?.phase === "skipped" && attempt.failure !== undefined);
}

function answerOf(step: string | undefined): RestartAttempt | undefined {
  return step === undefined ? undefined : { phase: "skipped", step, revision: 0, at: 0 };
}
