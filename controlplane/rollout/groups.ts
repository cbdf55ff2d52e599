import type { Receipt } from "../directory/records.ts";
import { groupOf } from "../resolve/standing.ts";
import { keyOf, type Lease, type Member } from "./member.ts";
import type { StepRecord } from "./records/rollout-records.ts";
import type { Surroundings } from "./surroundings.ts";

/** A group of a project (or of a workspace that belongs to none), across all nodes. */
export interface Group {
  /** See {@link groupOf}. */
  readonly key: string;
  /** The label `keyhold.rollout`. */
  readonly name: string;
  readonly members: readonly Member[];
  readonly steps: readonly (StepRecord & Lease)[];
}

/** Those that have members or steps. */
export function groupsIn(surroundings: Surroundings): readonly Group[] {
  const steps = Map.groupBy(surroundings.steps, stepGroups(surroundings.receipts));
  const members = Map.groupBy(
    surroundings.receipts.filter(({ container }) => container.rolloutGroup !== ""),
    groupOf,
  );
  const given = new Map(surroundings.steps.map((step) => [keyOf(step), step]));
  const keys = new Set([...steps.keys(), ...members.keys()]);
  return [...keys].map((key) => ({
    key,
    name: key.slice(key.indexOf(" ") + 1),
    members: (members.get(key) ?? []).map((receipt) => memberOf(receipt, surroundings, given)),
    steps: steps.get(key) ?? [],
  }));
}

/** The group of each step: that of its container now, as its workspace may have come into another project since. */
export function stepGroups(receipts: readonly Receipt[]): (step: StepRecord) => string {
  const places = new Map(receipts.map((receipt) => [placeOf(receipt), receipt]));
  return (step) => {
    const receipt = places.get(keyOf(step));
    return receipt === undefined ? step.group : groupOf(receipt);
  };
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
