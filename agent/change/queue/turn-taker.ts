import type { Log } from "../../../common/log.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import { parseRequest } from "../../watch/labels.ts";
import type { Restarter } from "../act/restarter.ts";
import { type RestartReason, reasonOf } from "../watch/reason.ts";
import { about, type TurnBook } from "./turn-book.ts";
import { begun, skipped, unable } from "./turns.ts";

export interface TurnTakerOptions {
  readonly reinjection: Pick<Reinjection, "mark">;
  readonly restarter: Pick<Restarter, "restart">;
  readonly log: Pick<Log, "info">;
  readonly book: Pick<TurnBook, "note" | "recordOf" | "complain">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Whether a restart may be done still; asked right before the engine is. */
  readonly still: (container: string) => Promise<boolean>;
  /** It was not restarted; something may be due for it all the same. */
  readonly again: (container: string) => void;
  readonly restarted?: ((reason: RestartReason) => void) | undefined;
}

/** One container's turn. */
export interface Turning {
  readonly record: ContainerRecord;
  /** Under which it is taken; empty without a group. */
  readonly step: string;
  /** The variables and paths that differ: names only. */
  readonly changed: readonly string[];
  /** It was stopped for this already, and only its start is missing. */
  readonly owed: boolean;
}

/** Carries out one container's turn; what it is about to do lies in the record before. */
export class TurnTaker {
  readonly #options: TurnTakerOptions;
  #closed = false;

  constructor(options: TurnTakerOptions) {
    this.#options = options;
  }

  /** What was begun is left to the next agent. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when the turn is over: it was restarted, or is not to be. Never throws. */
  async take(turning: Turning): Promise<void> {
    const { reinjection, book, clock, again, restarted } = this.#options;
    const { record, step, changed, owed } = turning;
    const { container } = record;
    try {
      await reinjection.mark(container, (found) => begun(found, step, clock()));
      if (await this.#restart(turning)) return restarted?.(reasonOf(owed ? [] : changed));
      if (this.#closed) return;
      await reinjection.mark(container, (found) => skipped(found, clock()));
      again(container);
    } catch (thrown) {
      book.complain(record, thrown);
    }
  }

  #restart({ record, step, changed, owed }: Turning): Promise<boolean> {
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
