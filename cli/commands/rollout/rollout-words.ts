import { shortName } from "../../../common/resource-name.ts";
import type {
  _keyhold_v1_RolloutStatus_Container__Output as Container,
  RolloutStatus__Output,
} from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";

// How the command line speaks of rollouts.

/** `NEXT_START` -> `next start` */
export function stateWord(state: string): string {
  return state.toLowerCase().replaceAll("_", " ");
}

/** `web-1 on acme/nodes/build-1`; a container of a workspace that the caller may not see has no name. */
export function containerWords({ containerName, containerId, node }: Container): string {
  if (containerId === "") return "one that is not visible to you";
  return `${containerName || containerId.slice(0, 12)} on ${shortName(node)}`;
}

/** `3 of 5 containers have version 7` */
export function summaryOf(
  status: Pick<RolloutStatus__Output, "affected" | "delivered">,
  version: number,
): string {
  const { affected, delivered } = status;
  const what = version === 0 ? "are without it" : `have version ${version}`;
  if (affected === 0) return "no container that runs uses it";
  if (affected === 1)
    return `${delivered} of 1 container ${version === 0 ? "is without it" : `has version ${version}`}`;
  return `${delivered} of ${affected} containers ${what}`;
}

/** What nobody waits for, in sentences. */
export function asides({ containers }: RolloutStatus__Output): string[] {
  const notYet = containers.filter(({ state }) => state === "NEXT_START");
  const paused = notYet.filter(({ problem }) => problem.includes(" is paused"));
  const late = notYet.filter((each) => !paused.includes(each));
  const away = containers.filter(({ state }) => state === "UNREACHABLE");
  return [
    ...sentence(late, "it only when started again"),
    ...sentence(paused, "it when unpaused"),
    ...sentence(away, "it when the node is connected again"),
  ];
}

function sentence(containers: readonly Container[], what: string): string[] {
  if (containers.length === 0) return [];
  const names = listed(containers.map(containerWords));
  return [`${containers.length} more ${containers.length === 1 ? "gets" : "get"} ${what}: ${names}`];
}

const LISTED = 3;

/** `a, b, c and 2 more` */
export function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  const first = names.slice(0, LISTED).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}
