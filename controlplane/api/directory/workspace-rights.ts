import { KeyholdError } from "../../../common/errors.ts";
import { type ChildName, parseChildName, shortName } from "../../../common/resource-name.ts";
import { precondition } from "../../database/store-errors.ts";
import type { WorkspaceRecord } from "../../directory/records.ts";
import { isInProject } from "../../directory/workspace-standing.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Stores } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject, requireReach } from "../edge/access.ts";

export type WorkspaceField = "display_name" | "project" | "node" | "owner";

/** What a workspace is to become; resource names, undefined: nothing given. */
interface Wanted {
  readonly owner: string | undefined;
  readonly project: string | undefined;
  readonly node: string | undefined;
}

type Reads = Pick<Stores, "workspaces" | "members">;

/** Who may give a workspace its owner, project and node: one rule for creating and updating. */
export class WorkspaceRights {
  readonly #stores: Reads;
  readonly #access: Access;

  constructor(stores: Reads, access: Access) {
    this.#stores = stores;
    this.#access = access;
  }

  /** @throws KeyholdError `denied`, before it is looked up whether project and node exist */
  async requireCreate(
    caller: Caller,
    organization: string,
    wanted: Wanted & { owner: string },
  ): Promise<void> {
    const { owner, project, node } = wanted;
    const subject = { ...organizationSubject(organization), owner };
    await this.#access.require(caller, "organization", "createWorkspace", subject);
    if (node !== undefined) await this.#access.require(caller, "organization", "placeWorkspace", subject);
    if (project !== undefined) await this.#requireProject(caller, project, owner);
  }

  /**
   * @param fields those that change
   * @returns whether the caller may see the workspace, and not only take it into a project or out of it
   * @throws KeyholdError `denied`; `not-found` also where the workspace exists and the caller may not know of it
   */
  async requireUpdate(
    caller: Caller,
    at: ChildName,
    fields: ReadonlySet<WorkspaceField>,
    { project }: Pick<Wanted, "project">,
  ): Promise<boolean> {
    requireReach(caller, at.name);
    const found = await this.#stores.workspaces.find(at.organization, at.id);
    const subject = { organization: at.organization, name: at.name, owner: found?.owner };
    if (found === undefined || !(await this.#access.may(caller, "workspace", "see", subject))) {
      if (found !== undefined && (await this.#maintains(caller, found, fields, project))) return false;
      throw notFound(at.name);
    }
    if (fields.has("node")) await this.#access.require(caller, "workspace", "place", subject);
    if (fields.has("owner")) await this.#access.require(caller, "workspace", "handOver", subject);
    if (fields.has("project") && project !== undefined)
      await this.#requireProject(caller, project, found.owner);
    return true;
  }

  /** A maintainer takes workspaces of the project's members into it and out of it, and knows of no others. */
  async #maintains(
    caller: Caller,
    found: WorkspaceRecord,
    fields: ReadonlySet<WorkspaceField>,
    project = found.project,
  ): Promise<boolean> {
    if (fields.size !== 1 || !fields.has("project") || project === undefined) return false;
    const { organization, id, name } = parseChildName(project, "projects");
    if (!(await this.#access.may(caller, "project", "addWorkspace", { organization, name, project: id })))
      return false;
    if (project === found.project) return true;
    return (await this.#stores.members.projectRole(organization, id, found.owner)) !== undefined;
  }

  async #requireProject(caller: Caller, project: string, owner: string): Promise<void> {
    const { organization, id, name } = parseChildName(project, "projects");
    const subject = { organization, name, project: id, owner };
    if (await this.#access.may(caller, "project", "addWorkspace", subject)) return;
    await this.#access.require(caller, "project", "see", subject);
    throw new KeyholdError({
      code: "denied",
      field: "workspace.project",
      message: `${shortName(caller.principal)} has no role in project ${shortName(name)}, and so cannot put a workspace into it`,
      next: `a maintainer of the project gives the role with: keyhold member add ${shortName(name)} ${idOf(owner)} --role member`,
    });
  }
}

/**
 * Refuses a workspace that would get nothing of its organization or project. Runs in the transaction that wrote it.
 * @throws KeyholdError `precondition`
 */
export function requireOwnerBelongs(workspace: WorkspaceRecord): void {
  const { owner, ownerRole, organization, project } = workspace;
  if (ownerRole === undefined)
    throw precondition(
      `${shortName(owner)} has no role in ${organization}, and so cannot own a workspace there`,
      `give the user a role with: keyhold member add ${organization} ${idOf(owner)} --role member`,
      "workspace.owner",
    );
  if (project === undefined || isInProject(workspace)) return;
  throw precondition(
    `${shortName(owner)} has no role in project ${shortName(project)}, and so no workspace of theirs can be in it`,
    `give the user a role with: keyhold member add ${shortName(project)} ${idOf(owner)} --role member`,
    "workspace.project",
  );
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
