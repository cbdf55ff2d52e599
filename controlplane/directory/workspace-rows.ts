import { type RawBuilder, sql } from "kysely";
import { childName, parseChildName } from "../../common/resource-name.ts";
import type { Db, WorkspaceRow } from "../database/schema.ts";
import { etagOf, notFound } from "../database/store-errors.ts";
import type {
  NodeRecord,
  OrganizationRole,
  PlacementPolicy,
  ProjectRole,
  WorkspaceRecord,
} from "./records.ts";

// Rows of workspaces. Each read also brings what decides which levels count for the workspace: the roles of its owner and the
// organization's rule for placements.

/** A row, and what was read with it. */
export interface StandingRow extends WorkspaceRow {
  readonly owner_role: string | null;
  readonly project_role: string | null;
  readonly policy: string;
}

const ORGANIZATION = sql<string>`'organizations/' || workspaces.organization`;

export function workspacesOf(db: Db, organization: string) {
  return db
    .selectFrom("workspaces")
    .selectAll("workspaces")
    .select([
      roleIn(ORGANIZATION).as("owner_role"),
      roleIn(sql<string>`${ORGANIZATION} || '/projects/' || workspaces.project`).as("project_role"),
      sql<string>`(select placement from organizations where id = workspaces.organization)`.as("policy"),
    ])
    .where("organization", "=", organization);
}

/** The owner's role in a parent; null in a parent that is null. */
function roleIn(parent: RawBuilder<string>) {
  return sql<string | null>`(select role from members where members.parent = ${parent}
    and members.principal = ${ORGANIZATION} || '/users/' || workspaces.owner)`;
}

export async function findWorkspace(
  db: Db,
  organization: string,
  id: string,
): Promise<StandingRow | undefined> {
  return workspacesOf(db, organization).where("id", "=", id).executeTakeFirst();
}

/** @throws KeyholdError `not-found` */
export async function requireWorkspace(db: Db, organization: string, id: string): Promise<StandingRow> {
  const row = await findWorkspace(db, organization, id);
  if (row === undefined) throw notFound("workspace", nameOf(organization, id));
  return row;
}

export function nameOf(organization: string, id: string): string {
  return childName(organization, "workspaces", id).name;
}

export function recordOf(row: StandingRow): WorkspaceRecord {
  const { organization } = row;
  return {
    name: nameOf(organization, row.id),
    id: row.id,
    uid: row.uid,
    organization,
    displayName: row.display_name,
    owner: childName(organization, "users", row.owner).name,
    project: row.project === null ? undefined : childName(organization, "projects", row.project).name,
    node: row.node === null ? undefined : childName(organization, "nodes", row.node).name,
    placement: {
      by: row.placed_by ?? undefined,
      time: row.place_time ?? undefined,
      confirmTime: row.confirm_time ?? undefined,
      policy: row.policy as PlacementPolicy,
      released: row.released !== 0,
    },
    ownerRole: (row.owner_role ?? undefined) as OrganizationRole | undefined,
    projectRole: (row.project_role ?? undefined) as ProjectRole | undefined,
    createTime: row.create_time,
    creator: row.creator,
    etag: etagOf(row),
  };
}

/** What decides whether a node may claim a workspace; undefined: it does not exist or is revoked. */
export async function findClaimant(
  db: Db,
  organization: string,
  node: string,
): Promise<Pick<NodeRecord, "id" | "projects" | "claimAny"> | undefined> {
  const { id } = parseChildName(node, "nodes", "node");
  const row = await db
    .selectFrom("nodes")
    .select(["projects", "claim_any"])
    .where("organization", "=", organization)
    .where("id", "=", id)
    .where("revoke_time", "is", null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { id, projects: JSON.parse(row.projects) as string[], claimAny: row.claim_any !== 0 };
}
