import type { TargetSource, TargetState } from "../../common/bundle.ts";
import type { Log } from "../../common/log.ts";
import { OneAtATime } from "../../common/one-at-a-time.ts";
import { SYSTEM_TIMERS, type Timers } from "../../common/timers.ts";
import type { ContainerRecord, Reinjection } from "../inject/plan/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { WatchedContainer } from "../watch/watched-container.ts";
import type { Restarter, RestartRequest } from "./act/restarter.ts";
import type { ServiceUpdater } from "./act/service-updater.ts";
import { about } from "./queue/attempt-records.ts";
import type { PaceTimes } from "./queue/pace.ts";
import { RestartQueue } from "./queue/restart-queue.ts";
import { ChangeWatcher, type Observation } from "./watch/change-watcher.ts";
import { Debouncer, type DebounceTimes } from "./watch/debouncer.ts";
import type { RestartReason } from "./watch/reason.ts";
import { RetryTimer } from "./watch/retry-timer.ts";

export interface CoordinatorOptions {
  readonly source: Pick<TargetSource, "onChange" | "peek">;
  readonly watcher: Pick<ContainerWatcher, "onEvent" | "containers">;
  readonly reinjection: Pick<Reinjection, "records" | "reinject" | "settle" | "updateAttempt">;
  readonly restarter: Pick<Restarter, "restart" | "signal">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly quiet?: DebounceTimes;
  readonly timers?: Timers;
  /** The host's clock, also of maintenance windows: milliseconds since 1970. */
  readonly clock?: () => number;
  readonly windowClock?: () => number;
  /** Milliseconds for which a container without a HEALTHCHECK has to run until it counts as healthy. */
  readonly healthyAfter?: number;
  readonly paceTimes?: PaceTimes;
  readonly meter?: ChangeMeter;
  /** For tasks of Swarm services. */
  readonly services?: Pick<ServiceUpdater, "update">;
  /** Called when a container is healthy after its restart. */
  readonly healthy?: (record: ContainerRecord) => void;
  /** The containers that have lost their network by the last start of this one: names. */
  readonly cutOff?: (container: WatchedContainer) => readonly string[];
}

/** What of changes is counted. */
interface ChangeMeter {
  restarted(reason: RestartReason): void;
  signalled(): void;
  rewrote(files: number): void;
  /** A running container has the values that came this long ago. */
  applied(seconds: number): void;
}

/** How long a container waits for room on the tmpfs until it is looked at again. */
const ROOM_MS = 5_000;

/**
 * Brings running containers to the values of now. At once: files are switched and `docker exec` sees the new values. When it is
 * quiet: the container is signalled, or is restarted when its turn has come, if what it was started with still differs then.
 * Looking again at that moment is what makes it safe: a value that changed back, a restart by hand in between, an earlier agent's
 * work all end in nothing to do.
 *
 * A look happens when a target's state changes and when a container is seen to have started, so that a change between the two
 * (also one that was missed while no agent ran) is found whichever comes last.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #changes: ChangeWatcher;
  readonly #debouncer: Debouncer;
  /** Whose turn it is to be restarted, and how that goes. */
  readonly steps: RestartQueue;
  /** A long restart must not keep the files of its container from being rewritten, so looks do not wait for it. */
  readonly #acts = new OneAtATime();
  /** Looks again at what found the tmpfs full. */
  readonly #retries: RetryTimer;
  readonly #unsubscribe: (() => void)[] = [];

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#retries = new RetryTimer(
      options.timers ?? SYSTEM_TIMERS,
      ROOM_MS,
      (container) => void this.#look(container),
    );
    this.#changes = new ChangeWatcher({
      ...options,
      full: (container) => this.#retries.schedule(container),
      rewrote: (files) => options.meter?.rewrote(files),
    });
    this.#debouncer = new Debouncer((container) => void this.#act(container), options.quiet, options.timers);
    this.steps = new RestartQueue({
      timers: SYSTEM_TIMERS,
      ...options,
      still: async (container) => (await this.#changes.inspect(container))?.action.kind === "restart",
      again: (container) => void this.#look(container),
      restarted: (reason) => options.meter?.restarted(reason),
    });
  }

  start(): void {
    const { source, watcher } = this.#options;
    this.#unsubscribe.push(
      source.onChange((state) => this.#targetChanged(state)),
      watcher.onEvent(({ kind, container: { id } }) => {
        // A paused one was not told.
        if (kind === "started" || kind === "unpaused") void this.#look(id);
        // Its next process is given the values of then.
        if (kind === "died" || kind === "destroyed") {
          this.#debouncer.cancel(id);
          this.steps.withdraw(id);
        }
      }),
    );
    this.steps.start();
  }

  /** Nothing is begun any more; what the engine does already goes on. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#debouncer.close();
    this.#retries.close();
    this.steps.close();
    await this.#changes.close();
  }

  #targetChanged(state: TargetState): void {
    const { reinjection, log } = this.#options;
    const { target } = state;
    const concerned = reinjection.records().filter((record) => record.target === target);
    if (concerned.length === 0) return;
    const count = concerned.length;
    if (state.kind === "refused") {
      const { reason, next } = state;
      log.warn(
        { target, reason, next, count },
        "containers keep values that their target does not get any more",
      );
      return;
    }
    log.info({ target, revision: state.bundle.revision, count }, "got the values of a target");
    const came = performance.now();
    for (const { container } of concerned) {
      void this.#look(container).then(() => {
        this.#options.meter?.applied((performance.now() - came) / 1_000);
        this.steps.revive(container, state.bundle.digest);
      });
    }
  }

  /** Files at once; what needs a restart or a signal, when it is quiet. */
  async #look(container: string): Promise<void> {
    const observation = this.#changes.isMissingSecrets(container)
      ? "later"
      : await this.#changes.inspect(container);
    if (observation === "later" || isDue(observation)) {
      this.steps.stirred(container);
      this.#debouncer.touch(container);
    } else {
      this.#debouncer.cancel(container);
      this.#forgo(container, observation);
    }
  }

  #forgo(container: string, observation: Observation | undefined): void {
    if (observation === undefined) this.steps.withdraw(container);
    else this.steps.notDue(container);
    this.#note(container, observation?.action.kind === "manual" ? observation.action.problem : "");
  }

  /** Tells what a person has to do for a container; empty: nothing. */
  #note(container: string, problem: string): void {
    const isNews = this.steps.note(container, problem);
    const record = this.#options.reinjection.records().find((each) => each.container === container);
    if (!isNews || problem === "" || record === undefined) return;
    const fields = { ...about(record), reason: `container ${record.name} ${problem}` };
    this.#options.log.warn(fields, "a container needs a person to get its new values");
  }

  #act(container: string): Promise<void> {
    return this.#acts.run(container, async () => {
      const observation = await this.#changes.inspect(container);
      // Looked at again because it changed again: then it is acted on when that is quiet.
      if (this.#debouncer.isWaiting(container)) return;
      if (!isDue(observation)) this.#forgo(container, observation);
      else await this.#actOn(observation, observation.action);
    });
  }

  async #actOn(observation: DueObservation, action: DueObservation["action"]): Promise<void> {
    if (action.kind === "restart") this.steps.due(observation);
    else if (action.kind === "signal") await this.#signal(observation, action.signal);
    else await this.#updateService(observation, action.service);
  }

  async #updateService({ record }: DueObservation, service: string): Promise<void> {
    const { container, wanted } = record;
    const problem = await this.#options.services?.update(service, wanted.revision, about(record));
    this.steps.note(container, problem ?? "");
    if (problem !== undefined && problem !== "") this.#retries.schedule(container);
  }

  async #signal(observation: Observation, signal: NodeJS.Signals): Promise<void> {
    const { restarter, reinjection, log } = this.#options;
    const { record, changed } = observation;
    const { container } = record;
    if (this.#isPaused(container)) return;
    const fields = { ...about(record), revision: record.current.revision, reason: changed.join(", ") };
    log.info({ ...fields, action: signal }, "telling a container of its new values");
    const isDone = await restarter.signal(this.#due(record), signal, (kill) =>
      this.#changes.signalAndSettle(container, kill, () => reinjection.settle(container)),
    );
    if (isDone) this.#options.meter?.signalled();
  }

  /** The engine would end the pause with the signal. */
  #isPaused(container: string): boolean {
    return this.#options.watcher.containers().get(container)?.paused === true;
  }

  #due({ container, name, target }: ContainerRecord): RestartRequest {
    const still = async () =>
      (await this.#changes.inspect(container))?.action.kind === "signal" && !this.#isPaused(container);
    // A signal stops nobody, so that nobody is owed a start.
    return { container, name, target, still, isSameProcess: () => false };
  }
}

type DueObservation = Observation & {
  readonly action: Exclude<Observation["action"], { kind: "none" } | { kind: "manual" }>;
};

function isDue(observation: Observation | undefined): observation is DueObservation {
  if (observation === undefined) return false;
  return observation.action.kind !== "none" && observation.action.kind !== "manual";
}
