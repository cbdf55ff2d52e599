import { KeyholdError } from "../../common/errors.ts";
import type { TargetSource } from "../bundle.ts";
import { planAgain, readRequest } from "./record.ts";
import type { ContainerRecord, PlannedVariable } from "./types.ts";

/** How long an exec waits for a target that is not in memory (after an agent's restart). Then it goes on without values. */
const PATIENCE_MS = 1_000;

/** The variables that a `docker exec` is given: the values of now, unless the container is to ignore changes. */
export class ExecValues {
  readonly #source: Pick<TargetSource, "obtain" | "peek">;
  readonly #frozen = new Map<string, readonly PlannedVariable[]>();

  constructor(source: Pick<TargetSource, "obtain" | "peek">) {
    this.#source = source;
  }

  /** From now on the container's execs see these, whatever changes. */
  freeze(container: string, variables: readonly PlannedVariable[]): void {
    this.#frozen.set(container, variables);
  }

  release(container: string): void {
    this.#frozen.delete(container);
  }

  /** Throws KeyholdError if the values cannot be had: `unavailable`, `denied`, or as planning does. */
  async of(record: ContainerRecord): Promise<readonly PlannedVariable[]> {
    const frozen = this.#frozen.get(record.container);
    if (frozen !== undefined) return frozen;
    const state = this.#source.peek(record.target) ?? (await this.#source.obtain(record.target, PATIENCE_MS));
    if (state.kind === "refused") {
      throw new KeyholdError({ code: "denied", message: state.reason, next: state.next });
    }
    const { env } = planAgain(record, state.bundle);
    if (readRequest(record.name, record.labels)?.onChange.kind !== "ignore") return env;
    // What it was started with is not in memory since an agent's restart; only what is still the same may be shown.
    return env.filter(({ name, fingerprint }) => record.given.env[name] === fingerprint);
  }
}
