import {
  ORGANIZATION_ROLES,
  type OrganizationRole,
  PROJECT_ROLES,
  type ProjectRole,
} from "../directory/records.ts";

/** Whether the principal may do more in the organization than before. */
export function raisesInOrganization(before: OrganizationRole | undefined, after: OrganizationRole): boolean {
  return ORGANIZATION_ROLES.indexOf(after) > indexOf(ORGANIZATION_ROLES, before);
}

/** Whether the principal may do more in the project than before. */
export function raisesInProject(before: ProjectRole | undefined, after: ProjectRole): boolean {
  return PROJECT_ROLES.indexOf(after) > indexOf(PROJECT_ROLES, before);
}

function indexOf<Role>(roles: readonly Role[], role: Role | undefined): number {
  return role === undefined ? -1 : roles.indexOf(role);
}
