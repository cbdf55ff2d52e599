import type { NodeRecord, WorkspaceRecord } from "./records.ts";

// What decides for a workspace which levels count and which node may have it. Pure: each answer is as of the read of the records.

/** Whether the workspace gets its project's secrets: its owner has a role in the project, or is an admin or owner of the organization. */
export function isInProject({
  project,
  ownerRole,
  projectRole,
}: Pick<WorkspaceRecord, "project" | "ownerRole" | "projectRole">): boolean {
  if (project === undefined || ownerRole === undefined) return false;
  return ownerRole !== "member" || projectRole !== undefined;
}

/** Whether the organization requires the owner's consent to the placement, and the owner has not given it. */
export function awaitsConfirmation({
  node,
  placement,
}: Pick<WorkspaceRecord, "node" | "placement">): boolean {
  const { policy, confirmTime } = placement;
  return policy === "owner-confirms" && node !== undefined && confirmTime === undefined;
}

/**
 * Whether the node may take a workspace that is placed nowhere: one of a project that it is enrolled for, or any if it was enrolled
 * with `--claim-any`. Not one whose node was revoked: an admin places that again.
 */
export function mayClaim(
  workspace: Pick<WorkspaceRecord, "project" | "ownerRole" | "projectRole" | "placement">,
  node: Pick<NodeRecord, "projects" | "claimAny">,
): boolean {
  return !workspace.placement.released && isWithinReach(workspace, node);
}

/** Whether the node may know that the workspace exists, and where it is placed: it could have claimed it. */
export function isWithinReach(
  workspace: Pick<WorkspaceRecord, "project" | "ownerRole" | "projectRole">,
  { projects, claimAny }: Pick<NodeRecord, "projects" | "claimAny">,
): boolean {
  if (claimAny) return true;
  const { project } = workspace;
  return project !== undefined && isInProject(workspace) && projects.includes(project);
}
