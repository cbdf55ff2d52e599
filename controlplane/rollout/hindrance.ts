import type { Receipt } from "../directory/records.ts";
import { groupOf } from "../resolve/standing.ts";
import { placeOf, stepGroups } from "./groups.ts";
import { keyOf } from "./member.ts";
import type { RolloutProgress } from "./records/rollout-records.ts";
import { away, sick, stuck } from "./sentences.ts";
import type { Surroundings } from "./surroundings.ts";

export type Problem = Pick<RolloutProgress, "problem" | "problemTarget">;
export const NO_PROBLEM: Problem = { problem: "", problemTarget: "" };

/**
 * What keeps a rollout from going on, though it has not halted: for somebody who wonders why nothing happens. Pure.
 * @param open containers of the rollout that have not got it, or whose turn is not over
 */
export function hindranceOf(open: readonly Receipt[], surroundings: Surroundings): Problem {
  const { connected } = surroundings;
  const own = open.find(({ container }) => container.problem !== "");
  if (own !== undefined) return aboutOne(own, stuck(own));
  const lost = open.find(({ node }) => !connected.has(node));
  if (lost !== undefined) return aboutOne(lost, away(lost));
  const groups = new Set(open.map(groupOf).filter((group) => group !== ""));
  return failedIn(groups, surroundings) ?? sickIn(groups, surroundings) ?? NO_PROBLEM;
}

function aboutOne({ container }: Receipt, problem: string): Problem {
  return { problem, problemTarget: container.target };
}

/** Another change has failed with one of the group, which this one is not for. */
function failedIn(groups: ReadonlySet<string>, { steps, receipts }: Surroundings): Problem | undefined {
  const groupOfStep = stepGroups(receipts);
  const failed = steps.find((step) => step.failed && groups.has(groupOfStep(step)));
  const receipt = failed && receipts.find((each) => placeOf(each) === keyOf(failed));
  return receipt && aboutOne(receipt, failed.problem);
}

/** One of the group is down by itself, nobody's turn is under way, and nothing is due for that one. */
function sickIn(groups: ReadonlySet<string>, { steps, receipts }: Surroundings): Problem | undefined {
  const busy = new Set(steps.map(stepGroups(receipts)));
  const found = receipts.find((receipt) => {
    const { state, health, due } = receipt.container;
    const isDown = state === "RUNNING" && health === "UNHEALTHY" && !due;
    return isDown && groups.has(groupOf(receipt)) && !busy.has(groupOf(receipt));
  });
  return found && aboutOne(found, sick(found));
}
