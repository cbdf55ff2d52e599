import type { Bundle, TargetSource } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { formatProcess, type OciProcess, readProcess } from "../runtime/oci-spec.ts";
import type { RuntimeAnswer } from "../runtime/wire.ts";
import { editExec } from "./plan/spec-edit.ts";
import type { ContainerRecord, PlannedVariable } from "./plan/types.ts";
import { planAgain, requestOf } from "./record.ts";
import { StartedValues } from "./started-values.ts";

export interface ExecValuesOptions {
  readonly source: Pick<TargetSource, "obtain" | "peek">;
  readonly log: Pick<Log, "warn">;
  /** The bundle with what this running container keeps although its target does not have it any more. */
  readonly withHeld: (record: ContainerRecord, bundle: Bundle) => Bundle;
}

/** How long an exec waits for a target that is not in memory, as after a restart of the agent. */
const OBTAIN_TIMEOUT_MS = 1_000;

/**
 * The variables that a `docker exec` is given. Those of now, but for three cases in which they are those that the container's
 * process was started with: the exec is the container's HEALTHCHECK, the container ignores changes, or the values of now cannot
 * be given (its target is gone or refused, the control plane cannot be reached).
 */
export class ExecValues {
  readonly #options: ExecValuesOptions;
  readonly #started = new StartedValues();
  /** Why a container's execs are not given the values of now: each reason is logged once. */
  readonly #reasons = new Map<string, string>();

  constructor(options: ExecValuesOptions) {
    this.#options = options;
  }

  /** The container's process is started with these variables. */
  begin(container: string, variables: readonly PlannedVariable[]): void {
    this.#started.begin(container, variables);
    this.#reasons.delete(container);
  }

  forget(container: string): void {
    this.#started.forget(container);
    this.#reasons.delete(container);
  }

  /** The process with its values. Never refuses: an exec for which there are no values at all goes on without, and that is logged. */
  async answer(record: ContainerRecord, processFile: string): Promise<RuntimeAnswer> {
    try {
      const process = await readProcess(processFile);
      const variables = await this.#variablesFor(record, process);
      return { kind: "process", json: formatProcess(editExec(process, variables, record.facts)) };
    } catch (thrown) {
      this.#warn(record, thrown, "exec goes on without values");
      return { kind: "unchanged" };
    }
  }

  async #variablesFor(record: ContainerRecord, process: OciProcess): Promise<readonly PlannedVariable[]> {
    const isFrozen = isHealthcheck(record, process) || requestOf(record)?.onChange.kind === "ignore";
    if (isFrozen) return this.#startedOr(record, () => this.#unchanged(record));
    try {
      const variables = await this.#current(record);
      this.#reasons.delete(record.container);
      return variables;
    } catch (thrown) {
      const started = await this.#startedOr(record, () => Promise.reject(thrown));
      this.#warn(record, thrown, "exec shows the values that the container was started with");
      return started;
    }
  }

  async #startedOr(
    record: ContainerRecord,
    otherwise: () => Promise<readonly PlannedVariable[]>,
  ): Promise<readonly PlannedVariable[]> {
    const started = await this.#started.of(record).catch(() => undefined);
    return started ?? (await otherwise());
  }

  async #current(record: ContainerRecord): Promise<readonly PlannedVariable[]> {
    const { source, withHeld } = this.#options;
    const state = source.peek(record.target) ?? (await source.obtain(record.target, OBTAIN_TIMEOUT_MS));
    if (state.kind === "refused") {
      throw new KeyholdError({ code: "denied", message: state.reason, next: state.next });
    }
    return planAgain(record, withHeld(record, state.bundle)).env;
  }

  /** For a container whose start is not known: of the values of now those that are still the ones of its start. */
  async #unchanged(record: ContainerRecord): Promise<readonly PlannedVariable[]> {
    const variables = await this.#current(record);
    return variables.filter(({ name, fingerprint }) => record.given.env[name] === fingerprint);
  }

  #warn({ container, name, target }: ContainerRecord, thrown: unknown, message: string): void {
    const reason = KeyholdError.from(thrown, "could not get the values").describe();
    if (this.#reasons.get(container) === reason) return;
    this.#reasons.set(container, reason);
    this.#options.log.warn({ container, containerName: name, target, reason }, message);
  }
}

/**
 * Whether the engine runs this process to check the container's health: it has exactly the configured command. A person who types
 * the same command gets the same answer, which is what a person who tries a health check wants.
 */
function isHealthcheck({ facts }: ContainerRecord, { args }: OciProcess): boolean {
  return facts.healthcheck !== undefined && JSON.stringify(args) === JSON.stringify(facts.healthcheck);
}
