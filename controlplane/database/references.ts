import { parseChildName, type Scope } from "../../common/resource-name.ts";
import type { Db } from "./schema.ts";
import { notFound, precondition } from "./store-errors.ts";

// Whether what a row refers to is there. All of these run in the transaction that writes the row.

/** @throws KeyholdError `not-found` */
export async function requireOrganization(db: Db, id: string): Promise<void> {
  const row = await db.selectFrom("organizations").select("id").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw notFound("organization", id, `create it with: keyhold org create ${id}`);
}

/** @throws KeyholdError `not-found` unless the scope's organization, project, user or workspace exists */
export async function requireScope(db: Db, scope: Scope): Promise<void> {
  await requireOrganization(db, scope.organization);
  if (scope.level === "organization") return;
  const table = TABLE_OF[scope.level];
  if (!(await hasChild(db, table, scope.organization, scope.id))) throw notFound(scope.level, scope.name);
}

const TABLE_OF = { project: "projects", user: "users", workspace: "workspaces" } as const;

type ChildTable = "projects" | "users" | "service_accounts" | "workspaces";

export async function hasChild(
  db: Db,
  table: ChildTable,
  organization: string,
  id: string,
): Promise<boolean> {
  const row = await db
    .selectFrom(table)
    .select("id")
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The id of a referenced project, user or workspace of the same organization.
 * @throws KeyholdError `precondition` if there is none, `invalid` if it is not such a name
 */
export async function requireReference(
  db: Db,
  organization: string,
  table: ChildTable,
  name: string,
  field: string,
): Promise<string> {
  const child = parseChildName(name, table === "service_accounts" ? "serviceAccounts" : table, field);
  const found = child.organization === organization && (await hasChild(db, table, organization, child.id));
  if (found) return child.id;
  throw precondition(`${field} ${child.name} does not exist`, "create it first, or name another", field);
}

/** The id of a referenced node that is not revoked. */
export async function requireNode(
  db: Db,
  organization: string,
  name: string,
  field: string,
): Promise<string> {
  const child = parseChildName(name, "nodes", field);
  const row = await db
    .selectFrom("nodes")
    .select("revoke_time")
    .where("organization", "=", child.organization)
    .where("id", "=", child.id)
    .executeTakeFirst();
  if (child.organization === organization && row !== undefined && row.revoke_time === null) return child.id;
  const why = row === undefined ? "does not exist" : "is revoked or of another organization";
  throw precondition(`${field} ${child.name} ${why}`, "enrol the node first, or name another", field);
}
