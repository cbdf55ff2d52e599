import type { TargetSource } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import type { Log } from "../../../common/log.ts";
import { OneAtATime } from "../../../common/one-at-a-time.ts";
import { differences } from "../../../common/workload/difference.ts";
import type { Outcome } from "../../engine/container-engine.ts";
import type { ContainerRecord, InjectionChange, Reinjection } from "../../inject/plan/types.ts";
import type { ContainerWatcher } from "../../watch/container-watcher.ts";
import { parseRequest } from "../../watch/labels.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { type Action, decide } from "./decide.ts";

/** What a running container needs after its files were brought up to date. */
export interface Observation {
  readonly record: ContainerRecord;
  readonly request: InjectionRequest;
  readonly action: Action;
  /** The variables and paths that differ from what its process was given: names only. */
  readonly changed: readonly string[];
}

export interface ChangeWatcherOptions {
  readonly source: Pick<TargetSource, "peek">;
  readonly watcher: Pick<ContainerWatcher, "containers">;
  readonly reinjection: Pick<Reinjection, "records" | "reinject">;
  readonly log: Pick<Log, "info" | "warn">;
  /** Called when the tmpfs was full. No event says when it has room again. */
  readonly full: (container: string) => void;
  /** For metrics: this many files of a running container were rewritten. */
  readonly rewrote?: (files: number) => void;
}

/**
 * Brings the files of one container, and what `docker exec` shows, to the bundle that the agent holds now. Returns what remains
 * to be done. Calls for one container run one after the other, and a second call changes nothing.
 */
export class ChangeWatcher {
  readonly #options: ChangeWatcherOptions;
  readonly #queue = new OneAtATime();
  readonly #pending = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: ChangeWatcherOptions) {
    this.#options = options;
  }

  /** Resolves when no file is being written: the next agent may be about to write the same files. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#pending);
  }

  /**
   * Whether a secret that the container has was removed. A removal may be the first half of a replacement, so the caller waits
   * until the changes stop. New values never wait.
   */
  isMissingSecrets(container: string): boolean {
    const { reinjection, source } = this.#options;
    const record = reinjection.records().find((each) => each.container === container);
    const state = record && source.peek(record.target);
    if (record === undefined || state?.kind !== "bundle") return false;
    const there = new Set(state.bundle.secrets.map(({ id }) => id));
    const { held = [] } = record;
    return record.current.secrets.some(({ id }) => !there.has(id) && !held.includes(id));
  }

  /** @returns undefined if nothing can be done: the container does not run, no bundle is held for it, or its policy is `ignore`. Never throws. */
  inspect(container: string): Promise<Observation | undefined> {
    return this.#inTurn(container, async () => {
      const before = this.#options.reinjection.records().find((record) => record.container === container);
      if (this.#closed || before === undefined) return undefined;
      try {
        return await this.#apply(before);
      } catch (thrown) {
        this.#complain(before, thrown);
        return undefined;
      }
    });
  }

  /** Sends the signal and settles, without an inspection in between: files written after the signal would count as known to the process. */
  signalAndSettle(
    container: string,
    kill: () => Promise<Outcome>,
    settle: () => Promise<void>,
  ): Promise<Outcome> {
    return this.#inTurn(container, async () => {
      const outcome = await kill();
      if (outcome === "done") await settle();
      return outcome;
    });
  }

  async #inTurn<T>(container: string, work: () => Promise<T>): Promise<T> {
    const done = this.#queue.run(container, work);
    this.#pending.add(done);
    try {
      return await done;
    } finally {
      this.#pending.delete(done);
    }
  }

  async #apply(before: ContainerRecord): Promise<Observation | undefined> {
    const { reinjection, source, watcher } = this.#options;
    const { container, target } = before;
    if (watcher.containers().get(container)?.running !== true) return undefined;
    const state = source.peek(target);
    if (state?.kind !== "bundle") return undefined;
    const request = parseRequest(before.labels, before.facts);
    if (request === undefined || request.onChange.kind === "ignore") return undefined;
    const change = await reinjection.reinject(container, state.bundle);
    if (change === undefined) return undefined;
    this.#logRewritten(change);
    this.#logHeld(before, change);
    const { record } = change;
    const decided = decide(request, change, differences(record.told, record.current.env));
    // The next start would be refused: the container would be down because of a secret that somebody else deleted.
    const action: Action = decided.kind === "restart" && change.held.length > 0 ? { kind: "none" } : decided;
    return { record, request, action, changed: [...change.env, ...change.files] };
  }

  #logHeld({ held: before = [] }: ContainerRecord, { record, held }: InjectionChange): void {
    if (held.length === 0 || held.join() === before.join()) return;
    const { container, name, target } = record;
    const next = `it is not restarted, and its next start is refused: store the secret again, or write ${held[0]}? in its label keyhold.secrets`;
    this.#options.log.warn(
      {
        container,
        containerName: name,
        target,
        reason: `its target has no ${held.join(", ")} any more`,
        next,
      },
      "a container keeps secrets that it was started with",
    );
  }

  #logRewritten(change: InjectionChange): void {
    const { container, name, target, current } = change.record;
    const count = change.rewritten.length;
    if (count === 0) return;
    this.#options.rewrote?.(count);
    this.#options.log.info(
      { container, containerName: name, target, revision: current.revision, count },
      "rewrote files of a container",
    );
  }

  #complain({ container, name, target }: ContainerRecord, thrown: unknown): void {
    const error = KeyholdError.from(thrown, "the change could not be applied");
    this.#options.log.warn(
      { container, containerName: name, target, reason: error.message, next: error.next ?? "" },
      "a container keeps the values it has",
    );
    if (error.code === "exhausted") this.#options.full(container);
  }
}
