import { call } from "../api/call.ts";

/** A principal with a role, as the list methods of organizations and projects answer it. */
export interface Member {
  readonly principal?: string | undefined;
  readonly role?: string | undefined;
  readonly createTime?: string | undefined;
}

/** A role as the API names it and as it is shown. */
interface RoleOption {
  readonly value: string;
  readonly label: string;
}

/** Where roles are given: an organization or a project. */
export interface Membership {
  readonly parent: string;
  /** The method that lists, for reading again. */
  readonly list: string;
  readonly roles: readonly RoleOption[];
  /** Gives a role, or another one. */
  readonly give: (principal: string, role: string) => Promise<unknown>;
  readonly take: (principal: string) => Promise<unknown>;
  /** What taking the role away means, in a sentence. */
  readonly consequence: string;
}

export function organizationMembership(parent: string): Membership {
  return {
    parent,
    list: "OrganizationService/ListOrganizationMembers",
    roles: [
      { value: "ORGANIZATION_ROLE_MEMBER", label: "Member" },
      { value: "ORGANIZATION_ROLE_ADMIN", label: "Admin" },
      { value: "ORGANIZATION_ROLE_OWNER", label: "Owner" },
    ],
    give: (principal, role) =>
      call("OrganizationService/AddOrganizationMember", {
        parent,
        principal,
        role: role as "ORGANIZATION_ROLE_MEMBER",
      }),
    take: (principal) => call("OrganizationService/RemoveOrganizationMember", { parent, principal }),
    consequence:
      "From now on nothing of the organization is visible to them. Their workspaces and secrets stay, and so do the containers that run for them.",
  };
}

export function projectMembership(parent: string): Membership {
  return {
    parent,
    list: "ProjectService/ListProjectMembers",
    roles: [
      { value: "PROJECT_ROLE_MEMBER", label: "Member" },
      { value: "PROJECT_ROLE_READER", label: "Reader" },
      { value: "PROJECT_ROLE_MAINTAINER", label: "Maintainer" },
    ],
    give: (principal, role) =>
      call("ProjectService/AddProjectMember", { parent, principal, role: role as "PROJECT_ROLE_MEMBER" }),
    take: (principal) => call("ProjectService/RemoveProjectMember", { parent, principal }),
    consequence:
      "They do not see the names of the project’s secrets any more, and their workspaces in the project do not get them: containers that have them lose them.",
  };
}
