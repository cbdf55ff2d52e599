import type { Receipt } from "../directory/records.ts";
import { keyOf, type Lease, type Member } from "./member.ts";
import type { StepRecord } from "./records/rollout-records.ts";
import type { Surroundings } from "./surroundings.ts";

/** A group across all nodes of an organization. */
export interface Group {
  readonly name: string;
  readonly members: readonly Member[];
  readonly steps: readonly (StepRecord & Lease)[];
}

/** Those that have members or steps. */
export function groupsIn(surroundings: Surroundings): readonly Group[] {
  const steps = Map.groupBy(surroundings.steps, ({ group }) => group);
  const members = Map.groupBy(
    surroundings.receipts.filter(({ container }) => container.rolloutGroup !== ""),
    ({ container }) => container.rolloutGroup,
  );
  const given = new Map(surroundings.steps.map((step) => [keyOf(step), step]));
  const names = new Set([...steps.keys(), ...members.keys()]);
  return [...names].map((name) => ({
    name,
    members: (members.get(name) ?? []).map((receipt) => memberOf(receipt, surroundings, given)),
    steps: steps.get(name) ?? [],
  }));
}

export function placeOf({ node, container }: Receipt): string {
  return keyOf({ node, container: container.containerId });
}

/** It runs, or has stopped in order to start. */
export function isUp({ state, health }: Receipt["container"]): boolean {
  return state === "RUNNING" || health === "STARTING";
}

const HEALTH = { HEALTHY: "healthy", UNHEALTHY: "unhealthy" } as const;

function memberOf(
  receipt: Receipt,
  { connected, watched }: Surroundings,
  given: ReadonlyMap<string, StepRecord>,
): Member {
  const { node, container } = receipt;
  const { containerId, containerName, state, health, due, waitingUntil, step, problem } = container;
  const since = given.get(placeOf(receipt))?.revision ?? Number.POSITIVE_INFINITY;
  return {
    ...{ node, container: containerId, name: containerName, due, step, problem },
    ...{ running: state === "RUNNING", waiting: waitingUntil !== null, reachable: connected.has(node) },
    health: HEALTH[health as keyof typeof HEALTH] ?? "unknown",
    maxUnavailable: container.maxUnavailable,
    newer: watched.some(
      ({ rollout }) =>
        rollout.revision > since &&
        rollout.containers.some((each) => each.node === node && each.container === containerId),
    ),
  };
}
