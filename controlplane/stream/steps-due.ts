import type { ChildName } from "../../common/resource-name.ts";
import type { Step } from "../../proto/gen/keyhold/v1/Step.ts";

/** What rollouts offer to a stream. */
export interface StepSource {
  /** Those of the node's containers that were given and not answered, as far as is known. */
  stepsFor(node: ChildName): Promise<readonly (Step & { readonly id: string })[]>;
}

export const NO_STEPS: StepSource = { stepsFor: async () => [] };

/** Which steps one stream has still to give its node: each once, unless it has waited for its answer for a while. */
export class StepsDue {
  /** A new stream gives what was given on the one before: nobody knows whether it arrived. */
  #isDue = true;
  readonly #given = new Set<string>();

  /** There may be others. */
  changed(): void {
    this.#isDue = true;
  }

  /** Those that are not answered are given once more. */
  repeat(): void {
    this.#given.clear();
    this.#isDue = true;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** What changes from now on is due again. */
  async take(look: () => Promise<readonly (Step & { readonly id: string })[]>): Promise<readonly Step[]> {
    this.#isDue = false;
    const steps = (await look()).filter(({ id }) => !this.#given.has(id));
    for (const { id } of steps) this.#given.add(id);
    return steps;
  }
}
