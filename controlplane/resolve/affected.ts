import { parseScope, parseSecretName, type Scope, scopeOf } from "../../common/resource-name.ts";
import type { Change } from "../database/change.ts";
import type { ProjectRecord, WorkspaceRecord } from "../directory/records.ts";

/** What can be a target, of the organizations concerned. */
export interface Targets {
  readonly workspaces: readonly Pick<WorkspaceRecord, "name" | "owner" | "project" | "organization">[];
  readonly projects: readonly Pick<ProjectRecord, "name" | "organization">[];
}

/**
 * The scopes in which something changed that can change what a target resolves to. Tokens and nodes change nothing of that kind; a
 * user's roles decide which levels count for the user's workspaces.
 */
export function changedScopes(changes: readonly Change[]): readonly Scope[] {
  const scopes = new Map<string, Scope>();
  for (const change of changes) {
    const scope = scopeOfChange(change);
    if (scope !== undefined) scopes.set(scope.name, scope);
  }
  return [...scopes.values()];
}

function scopeOfChange(change: Change): Scope | undefined {
  switch (change.kind) {
    case "secret":
      return parseSecretName(change.resource).scope;
    case "organization":
    case "project":
    case "user":
    case "workspace":
      return parseScope(change.resource);
    case "member":
      return userOfMember(change);
    default:
      return undefined;
  }
}

/** Only users own workspaces. The name ends `/members/users:alice`, whether the role is in the organization or in a project. */
function userOfMember({ organization, resource }: Change): Scope | undefined {
  const [collection, id] = resource.slice(resource.lastIndexOf("/") + 1).split(":");
  if (organization === undefined || collection !== "users" || id === undefined) return undefined;
  return scopeOf("user", organization, id);
}

/**
 * Names of the targets that these changes can touch. It says too many rather than too few: whether one's effective value
 * changed is seen by its digest. A target that was deleted is among them.
 */
export function affectedTargets(changes: readonly Change[], targets: Targets): ReadonlySet<string> {
  const affected = new Set<string>();
  for (const scope of changedScopes(changes)) {
    for (const name of targetsOfScope(scope, targets)) affected.add(name);
  }
  return affected;
}

function targetsOfScope(scope: Scope, { workspaces, projects }: Targets): readonly string[] {
  const itself = scope.level === "workspace" || scope.level === "project" ? [scope.name] : [];
  const among = workspaces.filter((workspace) => {
    if (scope.level === "organization") return workspace.organization === scope.organization;
    return [workspace.name, workspace.owner, workspace.project].includes(scope.name);
  });
  const builds = projects.filter(
    (project) => scope.level === "organization" && project.organization === scope.organization,
  );
  return [...itself, ...[...among, ...builds].map((target) => target.name)];
}
