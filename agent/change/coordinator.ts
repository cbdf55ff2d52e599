import { KeyholdError } from "../../common/errors.ts";
import type { Log, LogFields } from "../../common/log.ts";
import type { TargetSource, TargetState } from "../bundle.ts";
import { OneAtATime } from "../inject/one-at-a-time.ts";
import type { ContainerRecord, Reinjection } from "../inject/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { Lookout, type Sighting } from "./lookout.ts";
import { Quiescence, type QuietTimes, type Timers } from "./quiescence.ts";
import type { Due, Restarter } from "./restarter.ts";

export interface CoordinatorOptions {
  readonly source: Pick<TargetSource, "onChange" | "peek">;
  readonly watcher: Pick<ContainerWatcher, "onEvent" | "containers">;
  readonly reinjection: Pick<Reinjection, "records" | "reinject" | "settle">;
  readonly restarter: Pick<Restarter, "restart" | "signal">;
  readonly log: Pick<Log, "info" | "warn">;
  readonly quiet?: QuietTimes;
  readonly timers?: Timers;
}

/**
 * Brings running containers to the values of now. At once: files are switched and `docker exec` sees the new values. When it is
 * quiet: the container is restarted or signalled, if what it was started with still differs then. Looking again at that moment is
 * what makes it safe: a value that changed back, a restart by hand in between, an earlier agent's work all end in nothing to do.
 *
 * A look happens when a target's state changes and when a container is seen to have started, so that a change between the two
 * (also one that was missed while no agent ran) is found whichever comes last.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #lookout: Lookout;
  readonly #quiescence: Quiescence;
  /** A long restart must not keep the files of its container from being rewritten, so looks do not wait for it. */
  readonly #acts = new OneAtATime();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#lookout = new Lookout(options);
    this.#quiescence = new Quiescence(
      (container) => void this.#act(container),
      options.quiet,
      options.timers,
    );
  }

  start(): void {
    const { source, watcher } = this.#options;
    this.#unsubscribe.push(
      source.onChange((state) => this.#targetChanged(state)),
      watcher.onEvent(({ kind, container: { id } }) => {
        if (kind === "started") void this.#look(id);
        // Its next process is given the values of then.
        if (kind === "died" || kind === "destroyed") {
          this.#quiescence.cancel(id);
          this.#lookout.forget(id);
        }
      }),
    );
  }

  /** Nothing is begun any more; what the engine does already goes on. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#quiescence.close();
    await this.#lookout.close();
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
    for (const record of concerned) void this.#look(record.container);
  }

  /** Files at once; what needs a restart or a signal, when it is quiet. */
  async #look(container: string): Promise<void> {
    const sighting = await this.#lookout.look(container);
    if (sighting === undefined || sighting.action.kind === "none") this.#quiescence.cancel(container);
    else this.#quiescence.touch(container);
  }

  #act(container: string): Promise<void> {
    return this.#acts.run(container, async () => {
      const sighting = await this.#lookout.look(container);
      if (sighting === undefined) return;
      await this.#perform(sighting).catch((thrown: unknown) => {
        const error = KeyholdError.from(thrown, "the change could not be applied");
        const fields = { ...about(sighting.record), reason: error.message, next: error.next ?? "" };
        this.#options.log.warn(fields, "a container keeps the values it has");
      });
    });
  }

  async #perform(sighting: Sighting): Promise<void> {
    const { restarter, reinjection, log } = this.#options;
    const { record, request, action, changed } = sighting;
    const fields = { ...about(record), revision: record.current.revision, reason: changed.join(", ") };
    if (action.kind === "restart") {
      log.info(fields, "restarting a container for its new values");
      await restarter.restart(this.#due(sighting), request.stopTimeout);
    }
    if (action.kind === "signal") {
      log.info({ ...fields, action: action.signal }, "telling a container of its new values");
      await restarter.signal(this.#due(sighting), action.signal, (kill) =>
        this.#lookout.tell(record.container, kill, () => reinjection.settle(record.container)),
      );
    }
  }

  #due({ record, action }: Sighting): Due {
    const { container, name, target } = record;
    const given = JSON.stringify(record.given);
    return {
      container,
      name,
      target,
      still: async () => (await this.#lookout.look(container))?.action.kind === action.kind,
      isSameProcess: () => {
        const now = this.#options.reinjection.records().find((each) => each.container === container);
        return now !== undefined && JSON.stringify(now.given) === given;
      },
    };
  }
}

function about({ container, name, target }: ContainerRecord): LogFields {
  return { container, containerName: name, target };
}
