import { KeyholdError } from "../../../common/errors.ts";
import type { Log, LogFields } from "../../../common/log.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import { nextAfter } from "./standing.ts";
import type { Turn } from "./turn.ts";

export interface TurnBookOptions {
  readonly reinjection: Pick<Reinjection, "records" | "mark">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** Something was written. */
  readonly changed: () => void;
}

/** Writes into the records how turns go, and tells each piece of news once. */
export class TurnBook {
  readonly #options: TurnBookOptions;

  constructor(options: TurnBookOptions) {
    this.#options = options;
  }

  recordOf(container: string): ContainerRecord | undefined {
    return this.#options.reinjection.records().find((each) => each.container === container);
  }

  /** What `change` makes of its turn now; it is asked again when it is written. */
  note(container: string, change: (record: ContainerRecord) => Turn | undefined): void {
    const before = this.recordOf(container);
    if (before === undefined || change(before) === before.turn) return;
    this.#options.reinjection.mark(container, change).then(
      (isNews) => {
        const after = this.recordOf(container);
        if (isNews && after !== undefined) this.#tell(after, before.turn);
        if (isNews) this.#options.changed();
      },
      (thrown: unknown) => this.complain(before, thrown),
    );
  }

  complain(record: ContainerRecord, thrown: unknown): void {
    const error = KeyholdError.from(thrown, "the change could not be applied");
    const fields = { ...about(record), reason: error.message, next: error.next ?? "" };
    this.#options.log.warn(fields, "a container keeps the values it has");
  }

  #tell(record: ContainerRecord, before: Turn | undefined): void {
    const { log } = this.#options;
    const { labels, name, turn } = record;
    const fields = { ...about(record), revision: turn?.revision ?? 0 };
    if (turn?.phase === "healthy" && before?.phase === "started") {
      log.info(fields, "a container is healthy with its new values");
    }
    const failure = turn?.failure;
    if (failure === undefined || failure === before?.failure) return;
    const news = { ...fields, reason: failure.what, next: nextAfter(name) };
    if ("keyhold.rollout" in labels) {
      log.error(news, "a container of a group did not become healthy after its restart");
    } else {
      log.error(
        news,
        "a container did not become healthy after its restart, so no other is restarted for these values",
      );
    }
  }
}

export function about({ container, name, target }: ContainerRecord): LogFields {
  return { container, containerName: name, target };
}
