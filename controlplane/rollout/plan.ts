import type { Receipt } from "../directory/records.ts";
import { decide } from "./decide.ts";
import { type Group, groupsIn, placeOf } from "./groups.ts";
import { keyOf } from "./member.ts";
import { progressIn } from "./progress.ts";
import type { RolloutProgress, RolloutRecord, StepRecord } from "./records/rollout-records.ts";
import { failureOf } from "./sentences.ts";
import type { Surroundings } from "./surroundings.ts";

type Draft = Omit<StepRecord, "id" | "revision" | "createTime" | "failed" | "problem">;

/** What has to be written for one organization. */
export interface Work {
  readonly ends: readonly StepRecord[];
  readonly failures: readonly { readonly step: StepRecord; readonly problem: string }[];
  readonly gives: readonly Draft[];
  readonly progress: readonly { readonly rollout: RolloutRecord; readonly found: RolloutProgress }[];
}

/** Pure: the same surroundings make the same work, and once it is done there is none. */
export function planWork(organization: string, surroundings: Surroundings): Work {
  const receipts = new Map(surroundings.receipts.map((receipt) => [placeOf(receipt), receipt]));
  const plans = groupsIn(surroundings).map((group) => planGroup(organization, group, receipts));
  const steps = {
    ends: plans.flatMap(({ ends }) => ends),
    failures: plans.flatMap(({ failures }) => failures),
    gives: plans.flatMap(({ gives }) => gives),
  };
  return { ...steps, progress: progressIn({ ...surroundings, steps: after(surroundings, steps) }) };
}

export function isNothing({ ends, failures, gives, progress }: Work): boolean {
  return ends.length + failures.length + gives.length + progress.length === 0;
}

function planGroup(
  organization: string,
  group: Group,
  receipts: ReadonlyMap<string, Receipt>,
): Omit<Work, "progress"> {
  const { grants, ends, failures } = decide(group.members, group.steps);
  const steps = new Map(group.steps.map((step) => [step.id, step]));
  return {
    ends: ends.flatMap(({ id }) => steps.get(id) ?? []),
    failures: failures.flatMap(({ lease, member }) => {
      const [step, receipt] = [steps.get(lease.id), receipts.get(keyOf(member))];
      if (step === undefined || receipt === undefined) return [];
      return { step, problem: failureOf(group.name, receipt) };
    }),
    gives: grants.map(({ node, container }) => {
      const delivered = receipts.get(keyOf({ node, container }))?.container.delivered ?? [];
      const had = delivered.map(({ secret, version }) => `${secret} ${version}`);
      return { organization, node, container, group: group.key, had };
    }),
  };
}

/** The steps as they will be. What is given now has no id yet: nothing depends on that. */
function after(
  { steps }: Surroundings,
  { ends, failures, gives }: Omit<Work, "progress">,
): readonly StepRecord[] {
  const problems = new Map(failures.map(({ step, problem }) => [step.id, problem]));
  const gone = new Set(ends.map(({ id }) => id));
  const kept = steps
    .filter(({ id }) => !gone.has(id))
    .map((step) => {
      const problem = problems.get(step.id);
      return problem === undefined ? step : { ...step, failed: true, problem };
    });
  const given = gives.map((draft) => ({
    ...draft,
    ...{ id: "", revision: Number.POSITIVE_INFINITY, createTime: 0, failed: false, problem: "" },
  }));
  return [...kept, ...given];
}
