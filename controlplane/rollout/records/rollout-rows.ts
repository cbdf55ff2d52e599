import { childName } from "../../../common/resource-name.ts";
import type { RolloutRow, RolloutStepRow } from "../../database/schema.ts";
import type {
  RolloutProgress,
  RolloutRecord,
  RolloutState,
  StepRecord,
  WriteBack,
} from "./rollout-records.ts";

// Rows of rollouts and steps, and what they mean.

type Place = readonly [node: string, container: string, well: 0 | 1];

export function rolloutOf(row: RolloutRow): RolloutRecord {
  const { organization, id } = row;
  const containers = JSON.parse(row.containers) as Place[];
  return {
    name: childName(organization, "rollouts", id).name,
    ...{ id, organization, secret: row.secret, version: row.version, problem: row.problem },
    ...{
      problemTarget: row.problem_target,
      creator: row.creator,
      createTime: row.create_time,
      revision: row.revision,
    },
    ...{ total: row.total, done: row.done },
    state: row.state as RolloutState,
    writeBack: row.write_back as WriteBack,
    endTime: row.end_time ?? undefined,
    containers: containers.map(([node, container, well]) => ({
      ...{ node: nodeName(organization, node), container, well: well === 1 },
    })),
  };
}

export function placesOf(containers: RolloutRecord["containers"]): string {
  return JSON.stringify(
    containers.map(({ node, container, well }): Place => [nodeId(node), container, well ? 1 : 0]),
  );
}

/** Containers are only ever added, and become well. */
export function isSameProgress(rollout: RolloutRecord, found: RolloutProgress): boolean {
  const { writeBack = rollout.writeBack } = found;
  const facts = ({ state, problem, total, done, containers }: RolloutProgress, wish: WriteBack) =>
    JSON.stringify([state, problem, total, done, containers.map(({ well }) => well), wish]);
  return facts(rollout, rollout.writeBack) === facts(found, writeBack);
}

export function stepOf(row: RolloutStepRow): StepRecord {
  const { id, organization, problem } = row;
  return {
    ...{
      id,
      organization,
      problem,
      revision: row.revision,
      group: row.rollout_group,
      createTime: row.create_time,
    },
    node: nodeName(organization, row.node),
    container: row.container_id,
    had: JSON.parse(row.had) as string[],
    failed: row.failed === 1,
  };
}

export function nodeId(name: string): string {
  return name.split("/").at(-1) ?? "";
}

function nodeName(organization: string, id: string): string {
  return childName(organization, "nodes", id).name;
}
