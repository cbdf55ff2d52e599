import type { Receipt } from "../directory/records.ts";
import { placeOf } from "./groups.ts";
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
  const groups = new Set(open.map(({ container }) => container.rolloutGroup).filter((group) => group !== ""));
  return failedIn(groups, surroundings) ?? sickIn(groups, surroundings) ?? NO_PROBLEM;
}

export function aboutOne({ container }: Receipt, problem: string): Problem {
  return { problem, problemTarget: container.target };
}

/** Another change has failed with one of the group, which this one is not for. */
function failedIn(groups: ReadonlySet<string>, { steps, receipts }: Surroundings): Problem | undefined {
  const failed = steps.find(({ group, failed: isFailed }) => isFailed && groups.has(group));
  const receipt = failed && receipts.find((each) => placeOf(each) === keyOf(failed));
  return receipt && aboutOne(receipt, failed.problem);
}

/** One of the group is down by itself, nobody's turn is under way, and nothing is due for that one. */
function sickIn(groups: ReadonlySet<string>, { steps, receipts }: Surroundings): Problem | undefined {
  const busy = new Set(steps.map(({ group }) => group));
  const found = receipts.find(({ container }) => {
    const { rolloutGroup, state, health, due } = container;
    const isDown = state === "RUNNING" && health === "UNHEALTHY" && !due;
    return isDown && groups.has(rolloutGroup) && !busy.has(rolloutGroup);
  });
  return found && aboutOne(found, sick(found));
}
