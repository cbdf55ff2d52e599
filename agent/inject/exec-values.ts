import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { TargetSource } from "../bundle.ts";
import { formatProcess, readProcess } from "../runtime/oci-spec.ts";
import type { RuntimeAnswer } from "../runtime/wire.ts";
import { editExec } from "./plan/spec-edit.ts";
import type { ContainerRecord, PlannedVariable } from "./plan/types.ts";
import { planAgain, requestOf } from "./record.ts";

export interface ExecValuesOptions {
  readonly source: Pick<TargetSource, "obtain" | "peek">;
  readonly log: Pick<Log, "warn">;
}

/** How long an exec waits for a target that is not in memory (after an agent's restart). Then it goes on without values. */
const PATIENCE_MS = 1_000;

/** The variables that a `docker exec` is given: the values of now, unless the container is to ignore changes. */
export class ExecValues {
  readonly #options: ExecValuesOptions;
  readonly #frozen = new Map<string, readonly PlannedVariable[]>();

  constructor(options: ExecValuesOptions) {
    this.#options = options;
  }

  /** From now on the container's execs see these, whatever changes. */
  freeze(container: string, variables: readonly PlannedVariable[]): void {
    this.#frozen.set(container, variables);
  }

  release(container: string): void {
    this.#frozen.delete(container);
  }

  /** The process with its values. Never refuses: where they cannot be had, the exec goes on without them, and that is logged. */
  async answer(record: ContainerRecord, processFile: string): Promise<RuntimeAnswer> {
    try {
      const variables = await this.#of(record);
      const process = await readProcess(processFile);
      return { kind: "process", json: formatProcess(editExec(process, variables, record.facts)) };
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the values could not be had").describe();
      const { container, name: containerName, target } = record;
      this.#options.log.warn({ container, containerName, target, reason }, "exec goes on without values");
      return { kind: "unchanged" };
    }
  }

  async #of(record: ContainerRecord): Promise<readonly PlannedVariable[]> {
    const frozen = this.#frozen.get(record.container);
    if (frozen !== undefined) return frozen;
    const { source } = this.#options;
    const state = source.peek(record.target) ?? (await source.obtain(record.target, PATIENCE_MS));
    if (state.kind === "refused") {
      throw new KeyholdError({ code: "denied", message: state.reason, next: state.next });
    }
    const { env } = planAgain(record, state.bundle);
    if (requestOf(record)?.onChange.kind !== "ignore") return env;
    // What it was started with is not in memory since an agent's restart; only what is still the same may be shown.
    return env.filter(({ name, fingerprint }) => record.given.env[name] === fingerprint);
  }
}
