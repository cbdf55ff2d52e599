import type { NodeRecord } from "../directory/records.ts";
import type { Stores } from "../stores/stores.ts";
import { isNothing, planWork, type Work } from "./plan.ts";
import type { RolloutProgress, RolloutRecord, StepRecord } from "./records/rollout-records.ts";
import { lookAround, type Reads } from "./surroundings.ts";

/** What a look at one organization has changed. */
export interface Outcome {
  readonly given: readonly StepRecord[];
  readonly ended: readonly StepRecord[];
  readonly failed: Work["failures"];
  readonly progress: readonly { readonly rollout: RolloutRecord; readonly found: RolloutProgress }[];
}

export type IsConnected = (node: NodeRecord) => boolean;

const NOTHING: Outcome = { given: [], ended: [], failed: [], progress: [] };

/**
 * Looks at everything and writes what is due, in one transaction, so that what is counted holds until it is written: of several
 * servers that look at once one gives the next step, and the others find it given.
 */
export async function carryOut(
  database: Reads & { transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T> },
  organization: string,
  isConnected: IsConnected,
): Promise<Outcome> {
  // Most looks find nothing to do, and hold up no writer.
  if (isNothing(planWork(organization, await lookAround(database, organization, isConnected))))
    return NOTHING;
  return database.transaction(async (stores) => {
    return apply(stores, planWork(organization, await lookAround(stores, organization, isConnected)));
  });
}

async function apply(stores: Pick<Stores, "rollouts">, work: Work): Promise<Outcome> {
  const { rollouts } = stores;
  const { ends, failures, gives, progress } = work;
  // A container's place is freed before it is given again.
  for (const step of ends) await rollouts.end(step);
  for (const { step, problem } of failures) await rollouts.fail(step, problem);
  const given: StepRecord[] = [];
  for (const draft of gives) given.push(await rollouts.give(draft));
  for (const { rollout, found } of progress) await rollouts.progress(rollout, found);
  return { given, ended: ends, failed: failures, progress };
}
