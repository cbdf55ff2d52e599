import { levelOf, organizationOf } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import { isAdmin, useRole } from "./role.ts";
import { useSession } from "./session.ts";

/** Whether the session may write secrets at a scope: only to leave out what would be refused; the server decides. */
export function useMayWrite(scope: string): boolean {
  const { principal } = useSession();
  const level = levelOf(scope);
  const admin = isAdmin(useRole(organizationOf(scope)));
  const members = useRead(
    "ProjectService/ListProjectMembers",
    { parent: scope, pageSize: 1000 },
    { enabled: level === "project" && !admin },
  );
  const workspace = useRead(
    "WorkspaceService/GetWorkspace",
    { name: scope },
    { enabled: level === "workspace" },
  );
  if (level === "user") return principal === scope;
  if (level === "workspace") return workspace.data?.owner === principal;
  if (admin || level === "organization") return admin;
  const own = members.data?.members?.find((member) => member.principal === principal);
  return own?.role === "PROJECT_ROLE_MAINTAINER";
}
