import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";

/** What an agent reports of a container that runs and was given nothing, except for what a test says. */
export function container(
  containerId: string,
  fields: Partial<ContainerReport__Output> = {},
): ContainerReport__Output {
  return {
    ...{ containerId, containerName: "", target: "", state: "RUNNING", revision: 1, delivered: [] },
    ...{ problem: "", wants: null, rolloutGroup: "", maxUnavailable: 0, due: false, waitingUntil: null },
    ...{ health: "HEALTHY", step: "", halted: false, paused: false, dependents: [] },
    ...fields,
  };
}
