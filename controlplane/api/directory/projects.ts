import { type ChildName, parseChildName, scopeOf } from "../../../common/resource-name.ts";
import type { ProjectServiceHandlers } from "../../../proto/gen/keyhold/v1/ProjectService.ts";
import { memberName } from "../../directory/member-store.ts";
import type { MemberRecord, ProjectRecord, ProjectRole } from "../../directory/records.ts";
import type { Caller } from "../../identity/principal.ts";
import { raisesInProject } from "../../identity/role-order.ts";
import type { ActionOn } from "../../identity/roles.ts";
import { requireUncoveredFits } from "../../resolve/env-limit.ts";
import { targetsOfScope } from "../../resolve/targets-of-scope.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import {
  displayNameIn,
  maskedFields,
  newId,
  organizationIn,
  pageOf,
  required,
  timestamp,
} from "../edge/fields.ts";
import { dropForeignTokens, memberIn } from "./members.ts";

type Uses = Pick<Database, "projects" | "members" | "transaction">;

export function projectService(database: Uses, access: Access): Methods<ProjectServiceHandlers> {
  const require = (caller: Caller, action: ActionOn<"project">, project: ChildName) =>
    access.require(caller, "project", action, {
      organization: project.organization,
      name: project.name,
      project: project.id,
    });

  /** The project a request about its members names: it has to exist, and the caller may do this to it. */
  const projectIn = async (caller: Caller, action: ActionOn<"project">, parent: string) => {
    const project = parseChildName(required(parent, "parent"), "projects", "parent");
    await require(caller, action, project);
    await database.projects.get(project.organization, project.id);
    return project;
  };

  return {
    async CreateProject(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const id = newId(request.projectId, "project_id");
      const displayName = displayNameIn(request.project?.displayName, "project.display_name");
      await access.require(call.caller, "organization", "createProject", organizationSubject(organization));
      const by = call.caller.principal;
      return database.transaction(async (stores) => {
        const created = await stores.projects.create({ organization, id, displayName, by });
        await stores.quotas.require(organization, "projects");
        return messageOf(created);
      });
    },

    async GetProject(request, call) {
      const project = parseChildName(required(request.name, "name"), "projects");
      await require(call.caller, "see", project);
      return messageOf(await database.projects.get(project.organization, project.id));
    },

    async ListProjects(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "see", organizationSubject(organization));
      const page = await database.projects.list(organization, pageOf(request));
      return { projects: page.items.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async UpdateProject(request, call) {
      const given = required(request.project, "project");
      const project = parseChildName(required(given.name, "project.name"), "projects", "project.name");
      const fields = maskedFields(request.updateMask, { display_name: given.displayName !== "" });
      await require(call.caller, "rename", project);
      const displayName = displayNameIn(given.displayName, "project.display_name");
      const changes = { displayName: fields.has("display_name") ? displayName : undefined, etag: given.etag };
      return messageOf(await database.projects.update(project.organization, project.id, changes));
    },

    async DeleteProject(request, call) {
      const project = parseChildName(required(request.name, "name"), "projects");
      await require(call.caller, "delete", project);
      const { etag, force } = request;
      const { organization, id } = project;
      await database.transaction(async (stores) => {
        const targets = await targetsOfScope(stores, scopeOf("project", organization, id));
        // Its workspaces stay, and get what the project's secrets shadowed.
        await requireUncoveredFits(stores, targets, () =>
          stores.projects.delete(organization, id, { etag, force }),
        );
      });
      return {};
    },

    async AddProjectMember(request, call) {
      const { organization, id } = await projectIn(call.caller, "manageMembers", request.parent);
      const role = required(ROLE_OF[request.role], "role");
      const principal = memberIn(request.principal, organization);
      return database.transaction(async (stores) => {
        const before = await stores.members.projectRole(organization, id, principal.name);
        const member = await stores.members.setProjectRole(organization, id, principal.name, role);
        if (raisesInProject(before, role)) await dropForeignTokens(stores, call, principal);
        return memberMessage(member);
      });
    },

    async RemoveProjectMember(request, call) {
      const { organization, id } = await projectIn(call.caller, "manageMembers", request.parent);
      const principal = memberIn(request.principal, organization).name;
      await database.members.removeProjectRole(organization, id, principal);
      return {};
    },

    async ListProjectMembers(request, call) {
      const { organization, id } = await projectIn(call.caller, "see", request.parent);
      const page = await database.members.listProject(organization, id, pageOf(request));
      return { members: page.items.map(memberMessage), nextPageToken: page.nextPageToken };
    },
  };
}

const ROLE_OF: Readonly<Record<string, ProjectRole>> = {
  PROJECT_ROLE_MEMBER: "member",
  PROJECT_ROLE_READER: "reader",
  PROJECT_ROLE_MAINTAINER: "maintainer",
};

function messageOf(record: ProjectRecord) {
  const { name, uid, displayName, creator, etag } = record;
  return { name, uid, displayName, creator, etag, createTime: timestamp(record.createTime) };
}

function memberMessage(record: MemberRecord<ProjectRole>) {
  return {
    name: memberName(record.parent, record.principal),
    principal: record.principal,
    role: `PROJECT_ROLE_${record.role.toUpperCase()}` as "PROJECT_ROLE_MEMBER",
    createTime: timestamp(record.createTime),
  };
}
