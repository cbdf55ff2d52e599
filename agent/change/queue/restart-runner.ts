import type { Log } from "../../../common/log.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import { parseRequest } from "../../watch/labels.ts";
import type { Restarter } from "../act/restarter.ts";
import { type RestartReason, reasonOf } from "../watch/reason.ts";
import { type AttemptRecords, about } from "./attempt-records.ts";
import { begun, skipped, unable } from "./attempts.ts";

export interface RestartRunnerOptions {
  readonly reinjection: Pick<Reinjection, "updateAttempt">;
  readonly restarter: Pick<Restarter, "restart">;
  readonly log: Pick<Log, "info">;
  readonly book: Pick<AttemptRecords, "note" | "recordOf" | "complain">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Whether a restart may be done still; asked right before the engine is. */
  readonly still: (container: string) => Promise<boolean>;
  /** Called for a container that was not restarted, because it may be due all the same. */
  readonly again: (container: string) => void;
  readonly restarted?: ((reason: RestartReason) => void) | undefined;
}

/** One restart of one container. */
export interface RestartJob {
  readonly record: ContainerRecord;
  /** The control plane's step; empty without a group. */
  readonly step: string;
  /** The variables and paths that differ: names only. */
  readonly changed: readonly string[];
  /** An earlier agent stopped it already, and only its start is missing. */
  readonly owed: boolean;
}

/** Restarts one container. Writes what it is about to do into the record first, so that the next agent can finish it. */
export class RestartRunner {
  readonly #options: RestartRunnerOptions;
  #closed = false;

  constructor(options: RestartRunnerOptions) {
    this.#options = options;
  }

  /** The next agent finishes what was begun. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when the container was restarted, or is not to be restarted any more. Never throws. */
  async run(job: RestartJob): Promise<void> {
    const { reinjection, book, clock, again, restarted } = this.#options;
    const { record, step, changed, owed } = job;
    const { container } = record;
    try {
      await reinjection.updateAttempt(container, (found) => begun(found, step, clock()));
      if (await this.#restart(job)) return restarted?.(reasonOf(owed ? [] : changed));
      if (this.#closed) return;
      await reinjection.updateAttempt(container, (found) => skipped(found, clock()));
      again(container);
    } catch (thrown) {
      book.complain(record, thrown);
    }
  }

  #restart({ record, step, changed, owed }: RestartJob): Promise<boolean> {
    const { log, restarter, still, book } = this.#options;
    const { container, name, target, wanted } = record;
    const fields = { ...about(record), revision: wanted.revision, ...(step === "" ? {} : { step }) };
    if (owed) log.info(fields, "starting a container that was stopped for its new values");
    else log.info({ ...fields, reason: changed.join(", ") }, "restarting a container for its new values");
    const given = JSON.stringify(record.given);
    const due = {
      ...{ container, name, target, begun: owed },
      still: () => still(container),
      isSameProcess: () => JSON.stringify(book.recordOf(container)?.given) === given,
      failed: (reason: string) =>
        book.note(container, (found) => unable(found, `the engine says: ${reason}`)),
    };
    return restarter.restart(due, parseRequest(record.labels)?.stopTimeout);
  }
}
