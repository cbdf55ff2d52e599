import { organizationScope, parseScope, scopeOf, shortName } from "../../common/resource-name.ts";
import type { WorkspaceRecord } from "../directory/records.ts";
import { awaitsConfirmation, isInProject } from "../directory/workspace-standing.ts";
import type { Withheld } from "./resolution.ts";

/**
 * The levels that do not count for a workspace now.
 * - Its project, unless its owner has a role there; the organization, unless its owner is a member.
 * - Its owner's and its own secrets, while the organization requires the owner's consent to the placement and it is missing.
 */
export function withheldFrom(workspace: WorkspaceRecord): readonly Withheld[] {
  const { organization, id, owner, project, ownerRole } = workspace;
  const withheld: Withheld[] = [];
  if (awaitsConfirmation(workspace)) {
    const reason = unconfirmed(workspace);
    withheld.push({ scope: scopeOf("workspace", organization, id), reason });
    withheld.push({ scope: parseScope(owner), reason });
  }
  if (project !== undefined && !isInProject(workspace)) {
    const reason = ownerRole === undefined ? left(workspace) : notInProject(workspace, project);
    withheld.push({ scope: parseScope(project), reason });
  }
  if (ownerRole === undefined)
    withheld.push({ scope: organizationScope(organization), reason: left(workspace) });
  return withheld;
}

function unconfirmed({ name, owner, node, placement }: WorkspaceRecord): string {
  const by = placement.by === undefined ? "" : ` by ${shortName(placement.by)}`;
  return (
    `Withheld until ${shortName(owner)} confirms that the workspace is placed on ${shortName(node ?? "")}${by}. ` +
    `The owner confirms it with: keyhold workspace confirm ${shortName(name)}`
  );
}

function notInProject({ owner }: WorkspaceRecord, project: string): string {
  return (
    `${shortName(owner)} owns this workspace and has no role in ${shortName(project)}. ` +
    `A maintainer of the project gives one with: keyhold member add ${shortName(project)} ${idOf(owner)} --role member`
  );
}

function left({ owner, organization }: WorkspaceRecord): string {
  return (
    `${shortName(owner)} owns this workspace and has no role in ${organization}. ` +
    `An admin gives one with: keyhold member add ${organization} ${idOf(owner)} --role member`
  );
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
