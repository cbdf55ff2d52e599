import { organizationOf } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import { useSession } from "./session.ts";

export type Role = "owner" | "admin" | "member";

const ROLES: Readonly<Record<string, Role>> = {
  ORGANIZATION_ROLE_OWNER: "owner",
  ORGANIZATION_ROLE_ADMIN: "admin",
  ORGANIZATION_ROLE_MEMBER: "member",
};

/** What the session may do in an organization: only to leave out what would be refused; the server decides. */
export function useRole(organization: string): Role | undefined {
  const { principal } = useSession();
  const isServerOwner = principal === "users/owner";
  const members = useRead(
    "OrganizationService/ListOrganizationMembers",
    { parent: organization, pageSize: 1000 },
    { enabled: !isServerOwner && organization !== "" },
  );
  if (isServerOwner) return "owner";
  return ROLES[members.data?.members?.find((member) => member.principal === principal)?.role ?? ""];
}

export function isAdmin(role: Role | undefined): boolean {
  return role === "owner" || role === "admin";
}

/** The scope of the session's own secrets in an organization; undefined for service accounts and the server's owner. */
export function useOwnScope(organization: string): string | undefined {
  const { principal } = useSession();
  return principal.includes("/users/") && organizationOf(principal) === organization ? principal : undefined;
}
