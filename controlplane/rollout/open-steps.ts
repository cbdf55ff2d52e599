import type { ChildName } from "../../common/resource-name.ts";
import type { Stores } from "../stores/stores.ts";
import type { StepSource } from "../stream/steps-due.ts";

/** Steps that were given, for the streams of their nodes. */
export class OpenSteps implements StepSource {
  readonly #stores: Pick<Stores, "rollouts" | "receipts">;

  constructor(stores: Pick<Stores, "rollouts" | "receipts">) {
    this.#stores = stores;
  }

  async stepsFor({ organization, name }: ChildName): ReturnType<StepSource["stepsFor"]> {
    const { rollouts, receipts } = this.#stores;
    const steps = (await rollouts.steps(organization)).filter(({ node, failed }) => node === name && !failed);
    if (steps.length === 0) return [];
    const answered = new Set((await receipts.list(organization)).map(({ container }) => container.step));
    return steps
      .filter(({ id }) => !answered.has(id))
      .map(({ id, container }) => ({ id, containerId: container }));
  }
}
