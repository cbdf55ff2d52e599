import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { TargetSource, TargetState } from "../bundle.ts";
import { OneAtATime } from "../inject/one-at-a-time.ts";
import type { ContainerRecord, InjectionChange, Reinjection } from "../inject/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { parseRequest } from "../watch/labels.ts";
import type { InjectionRequest } from "../watch/request.ts";
import { type Action, decide } from "./decide.ts";
import { Quiescence, type QuietTimes, type Timers } from "./quiescence.ts";
import type { Restarter } from "./restarter.ts";

export interface CoordinatorOptions {
  readonly source: Pick<TargetSource, "onChange" | "peek">;
  readonly watcher: Pick<ContainerWatcher, "onEvent" | "containers">;
  readonly reinjection: Pick<Reinjection, "records" | "reinject" | "settle">;
  readonly restarter: Pick<Restarter, "restart" | "signal">;
  readonly log: Pick<Log, "debug" | "info" | "warn" | "error">;
  readonly quiet?: QuietTimes;
  readonly timers?: Timers;
}

/** What was found for one container. */
interface Finding {
  readonly record: ContainerRecord;
  readonly request: InjectionRequest;
  readonly action: Action;
}

/**
 * Brings running containers to the values of now. At once: files are switched and `docker exec` sees the new values. When it is
 * quiet: the container is restarted or signalled, if what it was started with still differs then. Looking again at that moment is
 * what makes it safe: a value that changed back, a restart by hand in between, a second agent's work all end in nothing to do.
 *
 * A look happens when a target's state changes and when a container is seen to have started, so that a change between the two
 * (also one that was missed while no agent ran) is found whichever comes last.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #quiescence: Quiescence;
  readonly #turns = new OneAtATime();
  /** Containers with the policy `signal` whose environment moved and that have not been told. */
  readonly #untold = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];
  #closed = false;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
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
      watcher.onEvent(({ kind, container }) => {
        if (kind === "started") void this.#look(container.id);
        if (kind === "died" || kind === "destroyed") this.#drop(container.id);
      }),
    );
  }

  close(): void {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#quiescence.close();
  }

  #targetChanged(state: TargetState): void {
    const concerned = this.#options.reinjection.records().filter((record) => record.target === state.target);
    if (state.kind === "refused" && concerned.length > 0) {
      const { target, reason, next } = state;
      this.#options.log.warn(
        { target, reason, next, count: concerned.length },
        "containers keep values they would not get again",
      );
      return;
    }
    for (const record of concerned) void this.#look(record.container);
  }

  #drop(container: string): void {
    this.#quiescence.cancel(container);
    this.#untold.delete(container);
  }

  /** Files at once; what needs a restart or a signal, when it is quiet. */
  #look(container: string): Promise<void> {
    return this.#turns.run(container, async () => {
      const found = await this.#find(container);
      if (found === undefined || found.action.kind === "none") this.#quiescence.cancel(container);
      else this.#quiescence.touch(container);
    });
  }

  #act(container: string): Promise<void> {
    return this.#turns.run(container, async () => {
      const found = await this.#find(container);
      if (found === undefined) return;
      await this.#perform(found).catch((err: unknown) => this.#complain(found.record, err));
    });
  }

  async #perform({ record, request, action }: Finding): Promise<void> {
    const { restarter, reinjection, log } = this.#options;
    const { container, name, target } = record;
    if (action.kind === "restart") {
      log.info(
        { container, containerName: name, target, revision: record.current.revision },
        "restarting a container for its new values",
      );
      await restarter.restart({ container, name, target, stopTimeout: request.stopTimeout });
    }
    if (action.kind === "signal" && (await restarter.signal(container, action.signal))) {
      await reinjection.settle(container);
      this.#untold.delete(container);
      log.info(
        { container, containerName: name, target, action: action.signal },
        "told a container of its new values",
      );
    }
  }

  /** @returns undefined if nothing can or may be done for it */
  async #find(container: string): Promise<Finding | undefined> {
    const { reinjection, source, watcher } = this.#options;
    const before = reinjection.records().find((record) => record.container === container);
    if (this.#closed || before === undefined || watcher.containers().get(container)?.running !== true)
      return undefined;
    const state = source.peek(before.target);
    if (state?.kind !== "bundle") return undefined;
    try {
      const request = parseRequest(before.labels);
      if (request === undefined || request.onChange.kind === "ignore") return undefined;
      const change = await reinjection.reinject(container, state.bundle);
      if (change === undefined) return undefined;
      this.#note(before, change);
      return {
        record: change.record,
        request,
        action: decide(request.onChange, change, this.#untold.has(container)),
      };
    } catch (thrown) {
      this.#complain(before, thrown);
      return undefined;
    }
  }

  #note(before: ContainerRecord, change: InjectionChange): void {
    const { container, name, target, current } = change.record;
    if (!sameEntries(before.current.env, current.env)) this.#untold.add(container);
    if (change.rewritten.length === 0) return;
    this.#options.log.info(
      { container, containerName: name, target, revision: current.revision, count: change.rewritten.length },
      "rewrote files of a container",
    );
  }

  #complain(record: ContainerRecord, thrown: unknown): void {
    const { container, name, target } = record;
    const error = KeyholdError.from(thrown, "the change could not be applied");
    this.#options.log.warn(
      { container, containerName: name, target, reason: error.message, next: error.next ?? "" },
      "a container keeps the values it has",
    );
  }
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
