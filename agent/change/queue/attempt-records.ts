import { KeyholdError } from "../../../common/errors.ts";
import type { Log, LogFields } from "../../../common/log.ts";
import type { RestartAttempt } from "../../inject/plan/attempt.ts";
import type { ContainerRecord, Reinjection } from "../../inject/plan/types.ts";
import { nextAfter } from "./container-status.ts";

export interface AttemptRecordsOptions {
  readonly reinjection: Pick<Reinjection, "records" | "updateAttempt">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** A container is healthy after its restart. */
  readonly healthy?: ((record: ContainerRecord) => void) | undefined;
  /** Something was written. */
  readonly changed: () => void;
}

/** Writes how restarts go into the containers' records, and logs each piece of news once. */
export class AttemptRecords {
  readonly #options: AttemptRecordsOptions;

  constructor(options: AttemptRecordsOptions) {
    this.#options = options;
  }

  recordOf(container: string): ContainerRecord | undefined {
    return this.#options.reinjection.records().find((each) => each.container === container);
  }

  /** Writes what `change` makes of the container's attempt. `change` is called again right before the write. */
  note(container: string, change: (record: ContainerRecord) => RestartAttempt | undefined): void {
    const before = this.recordOf(container);
    if (before === undefined || change(before) === before.attempt) return;
    this.#options.reinjection.updateAttempt(container, change).then(
      (isNews) => {
        const after = this.recordOf(container);
        if (isNews && after !== undefined) this.#tell(after, before.attempt);
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

  #tell(record: ContainerRecord, before: RestartAttempt | undefined): void {
    const { log } = this.#options;
    const { labels, name, attempt } = record;
    const fields = { ...about(record), revision: attempt?.revision ?? 0 };
    if (attempt?.phase === "healthy" && before?.phase === "started") {
      log.info(fields, "a container is healthy with its new values");
      this.#options.healthy?.(record);
    }
    const failure = attempt?.failure;
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
