import { parseSecretName, shortName } from "../../common/resource-name.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Receipt, RolloutRecord } from "../store/types.ts";

// What people read of rollouts that do not go on: which container, where, what it said, and what to do.

/** Of a container that halts its group: known even when it has gone on to something else. */
export function failureOf(group: string, receipt: Receipt): string {
  return `${placed(receipt)} did not become healthy after its restart (${saidOf(receipt.container)}), so no other of group ${group} is restarted`;
}

/** Of one that halts the others of its host. */
export function hostFailureOf(receipt: Receipt): string {
  return `${placed(receipt)} did not become healthy after its restart (${saidOf(receipt.container)}), so no other of its host is restarted for it`;
}

/** A failure, with what to do about the rollout that it halts. */
export function haltedBy(failure: string, containerName: string, rollout: RolloutRecord): string {
  const { scope, id } = parseSecretName(rollout.secret);
  const back = `keyhold secret rollback ${shortName(scope.name)} ${id} --to ${rollout.version - 1}`;
  const cure =
    rollout.version > 1 ? `write one that works, or go back with: ${back}` : "write one that works";
  return `${failure}; look at it with: docker logs ${containerName}; then ${cure}`;
}

/** Of a container that does not come to it: its own words, which name what to do. */
export function stuck(receipt: Receipt): string {
  return `${placed(receipt)}: ${receipt.container.problem}`;
}

export function away(receipt: Receipt): string {
  return `${placed(receipt)} waits for its node, which is not connected: start its agent, or revoke the node`;
}

/** The previous version is in place again. */
export function writtenBack(halted: string, version: number): string {
  return version > 1
    ? `${halted}; version ${version - 1} was written back`
    : `${halted}; it was deleted again, as there was none before`;
}

export function notWrittenBack(halted: string, reason: string): string {
  return `${halted}; what was there before could not be written back: ${reason}`;
}

/** Of the version that is written back. */
export function writeBackComment({ name, version }: RolloutRecord): string {
  return `written back by the server: version ${version} did not become healthy (${shortName(name)})`;
}

function placed({ node, container }: Receipt): string {
  return `container ${container.containerName} on node ${shortName(node)}`;
}

function saidOf({ state, health, problem }: ContainerReport__Output): string {
  if (problem !== "") return problem;
  return state === "RUNNING" ? `it is ${health.toLowerCase()}` : "it does not run";
}
