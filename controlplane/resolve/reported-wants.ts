import { KeyholdError } from "../../common/errors.ts";
import type { Mounted } from "../../common/workload/difference.ts";
import { SECRETS_DIRECTORY } from "../../common/workload/paths.ts";
import { planWorkload, type WorkloadPlan } from "../../common/workload/plan.ts";
import type { Subject, Wants } from "../../common/workload/workload.ts";
import type { ContainerWants__Output } from "../../proto/gen/keyhold/v1/ContainerWants.ts";
import type { Candidate } from "./resolution.ts";

/** What a container asks for, as its node reported it. */
export type ReportedWants = Readonly<
  Omit<ContainerWants__Output, "occupiedBy" | "_occupiedBy" | "service" | "restartsDependents">
> & {
  readonly occupiedBy?: string | undefined;
  /** The Swarm service that it is a task of; empty: none. Left out by agents of earlier releases. */
  readonly service?: string;
};

/** What a container asks for that has no labels of its own, or whose agent does not say. */
export const EVERYTHING: ReportedWants = {
  onChange: "restart",
  allSecrets: true,
  secrets: [],
  variables: [],
  userId: 0,
  groupId: 0,
  hasDirectory: true,
  mountedPaths: [],
};

export function wantsOf(reported: ReportedWants): Wants {
  const secrets = reported.secrets.map(({ secretId, optional }) => ({ id: secretId, optional }));
  const variables = reported.variables.map(({ name, secretIds, optional }) => ({
    name,
    // What stands around references does not change in a container's life, and is not reported.
    pieces: secretIds.map((secret) => ({ secret, filters: [] })),
    optional,
    from: "reference" as const,
  }));
  return {
    secrets: reported.allSecrets ? undefined : secrets,
    variables,
    user: { uid: reported.userId, gid: reported.groupId },
    uidMappings: [],
    gidMappings: [],
    occupied: { mounts: [], directory: occupiedBy(reported), files: [] },
  };
}

export function mountedIn({ hasDirectory, mountedPaths }: ReportedWants): Mounted {
  return { directory: hasDirectory, own: mountedPaths };
}

/**
 * What the container's agent plans for it, as far as names and fingerprints tell. The agent itself refuses more: values that are no
 * text, and mounts elsewhere, are not known here.
 * @returns in words why it cannot be given these secrets: the agent leaves it as it is, and refuses its next start
 */
export function planFor(
  subject: Subject,
  reported: ReportedWants,
  winners: readonly Candidate[],
): WorkloadPlan<Candidate> | string {
  try {
    return planWorkload(subject, wantsOf(reported), winners);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown.message;
    throw thrown;
  }
}

/** Agents of release 0.1 mounted the directory in every container that had room for it. */
function occupiedBy({ occupiedBy, hasDirectory }: ReportedWants): string | undefined {
  if (occupiedBy === undefined) return hasDirectory ? undefined : SECRETS_DIRECTORY;
  return occupiedBy === "" ? undefined : occupiedBy;
}
