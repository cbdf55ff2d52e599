import { SecretValue } from "../../common/secret-value.ts";
import { readSpec } from "../runtime/oci-spec.ts";
import type { ContainerRecord, PlannedVariable } from "./plan/types.ts";
import { splitVariable } from "./plan/wants.ts";

/** The variables that the process of each running container was started with. */
export class StartedValues {
  readonly #known = new Map<string, readonly PlannedVariable[]>();

  begin(container: string, variables: readonly PlannedVariable[]): void {
    this.#known.set(container, variables);
  }

  forget(container: string): void {
    this.#known.delete(container);
  }

  /**
   * In memory since the start, else read from the specification of that start, which the engine keeps on tmpfs for as long as the
   * container runs.
   * @returns undefined for a container that an agent of an earlier release has started
   * @throws KeyholdError `failed` if the specification cannot be read
   */
  async of(record: ContainerRecord): Promise<readonly PlannedVariable[] | undefined> {
    const known = this.#known.get(record.container);
    if (known !== undefined || record.bundle === undefined) return known;
    const { process } = await readSpec(record.bundle);
    const own = new Map(record.facts.env.map(splitVariable));
    const variables = [...new Map((process.env ?? []).map(splitVariable))]
      .filter(([name, value]) => name in record.given.env || own.get(name) !== value)
      .map(([name, value]) => ({
        name,
        value: SecretValue.of(value),
        fingerprint: record.given.env[name] ?? "",
      }));
    this.#known.set(record.container, variables);
    return variables;
  }
}
