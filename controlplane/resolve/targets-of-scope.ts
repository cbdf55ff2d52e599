import type { Scope, Target } from "../../common/resource-name.ts";
import { parseTarget } from "../../common/resource-name.ts";
import type { ProjectRecord, WorkspaceRecord } from "../directory/records.ts";
import type { Stores } from "../stores/stores.ts";
import type { TargetFacts } from "./resolution.ts";
import { withheldFrom } from "./withheld.ts";

type Reads = Pick<Stores, "workspaces" | "projects">;

/** Every target in which a secret of this scope can count, by name. */
export async function targetsOfScope(stores: Reads, scope: Scope): Promise<readonly TargetFacts[]> {
  const workspaces = await stores.workspaces.inScope(scope);
  const projects = await projectsOfScope(stores, scope);
  const facts = [
    ...workspaces.map(factsOfWorkspace),
    ...projects.map((name) => factsOfProject(parseTarget(name))),
  ];
  return facts.sort((a, b) => (a.target.name < b.target.name ? -1 : 1));
}

/** Undefined: there is no such target (any more). */
export async function findFacts(stores: Reads, target: Target): Promise<TargetFacts | undefined> {
  const { level, organization, id } = target;
  if (level === "project") {
    const project = await stores.projects.find(organization, id);
    return project === undefined ? undefined : factsOfProject(target);
  }
  const workspace = await stores.workspaces.find(organization, id);
  return workspace === undefined ? undefined : factsOfWorkspace(workspace);
}

/** As of the read of the record, which holds the owner's roles and the placement. */
export function factsOfWorkspace(workspace: WorkspaceRecord): TargetFacts {
  const { name, owner, project } = workspace;
  return { target: parseTarget(name), owner, project, withheld: withheldFrom(workspace) };
}

export function factsOfProject(target: Target): TargetFacts {
  return { target, owner: undefined, project: undefined, withheld: [] };
}

/** As targets: an organization's secrets reach the builds of all its projects, a project's those of its own. */
async function projectsOfScope(stores: Reads, scope: Scope): Promise<readonly string[]> {
  if (scope.level === "project") {
    const found = await stores.projects.find(scope.organization, scope.id);
    return found === undefined ? [] : [found.name];
  }
  return (await projectsInScope(stores, scope)).map((project) => project.name);
}

/** All projects, if the scope is an organization. */
export async function projectsInScope(
  stores: Pick<Stores, "projects">,
  scope: Scope,
): Promise<readonly ProjectRecord[]> {
  if (scope.level !== "organization") return [];
  const projects: ProjectRecord[] = [];
  let pageToken = "";
  do {
    const page = await stores.projects.list(scope.organization, { pageSize: 1000, pageToken });
    projects.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return projects;
}
