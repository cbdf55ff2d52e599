import { parseSecretName, shortName } from "../../common/resource-name.ts";
import type { Receipt } from "../directory/records.ts";
import type { RolloutRecord } from "./records/rollout-records.ts";

// What people read of rollouts that do not go on: which container, where, what it said, and what to do.

/** Of a container that halts its group: known even when it has gone on to something else. */
export function failureOf(group: string, receipt: Receipt): string {
  return `${failed(receipt)}; until then no other container of group ${group} is restarted`;
}

/** Of one that halts the others of its host. */
export function hostFailureOf(receipt: Receipt): string {
  return `${failed(receipt)}; until then no other container of its host is restarted for these values`;
}

/** A failure, and how to go back where the server does not do that by itself. */
export function haltedBy(failure: string, { secret, version, writeBack }: RolloutRecord): string {
  if (version < 2 || writeBack === "wanted") return failure;
  const { scope, id } = parseSecretName(secret);
  return `${failure}; to go back: keyhold secret rollback ${shortName(scope.name)} ${id} --to ${version - 1}`;
}

/** Of a container that does not come to it: the words of its agent. */
export function stuck(receipt: Receipt): string {
  return reportedBy(receipt);
}

export function away(receipt: Receipt): string {
  return `${placed(receipt)} waits for its node, which is not connected: start its agent, or revoke the node`;
}

export function sick(receipt: Receipt): string {
  const { containerName, rolloutGroup } = receipt.container;
  return `${placed(receipt)} is unhealthy, and while it is no other container of group ${rolloutGroup} is restarted: look at docker logs ${containerName}`;
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

/** In the words of its agent, which say what to do. */
function failed(receipt: Receipt): string {
  const { containerName: name, problem } = receipt.container;
  if (problem !== "") return reportedBy(receipt);
  return `${placed(receipt)} did not become healthy after its restart; look at docker logs ${name}, then write a good value or roll back`;
}

/**
 * A text that a node has written: always in quotation marks and under the node's name, as whoever controls the node may write
 * anything.
 */
function reportedBy({ node, container }: Pick<Receipt, "node" | "container">): string {
  return `node ${shortName(node)} reports "${container.problem.replaceAll('"', "'")}"`;
}
