/** How a container of a group is, as its node last reported it. */
export interface Member {
  /** Resource name. */
  readonly node: string;
  /** The engine's id. */
  readonly container: string;
  readonly name: string;
  readonly running: boolean;
  /** `unknown`: it has started and nothing can be said yet, or its node does not say. */
  readonly health: "unknown" | "healthy" | "unhealthy";
  /** Only its turn is missing. */
  readonly due: boolean;
  /** Something was written for it after its step was given: what is due is not what the step was for. */
  readonly newer: boolean;
  /** A maintenance window is waited for. */
  readonly waiting: boolean;
  /** The last step that it has answered: a later one is greater. Empty if there is none. */
  readonly step: string;
  /** Why what was due could not be done; empty if nothing stood in the way. */
  readonly problem: string;
  readonly maxUnavailable: number;
  /** Whether its node can be told anything now. */
  readonly reachable: boolean;
}

/** A place among those that may be unavailable: a step that was given, and what came of it is not known yet, or is bad. */
export interface Lease {
  /** Of the step. */
  readonly id: string;
  readonly node: string;
  readonly container: string;
  /** Its restart did not end healthy: it halts the group. */
  readonly failed: boolean;
}

export function keyOf({ node, container }: Pick<Member, "node" | "container">): string {
  return `${node} ${container}`;
}
