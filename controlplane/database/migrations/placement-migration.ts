import { type Kysely, sql } from "kysely";

/**
 * Who placed a workspace, when, and whether its owner agreed; which nodes may claim any workspace. Placements that exist count as
 * confirmed, and nodes that exist may claim only workspaces of their projects.
 */
export async function addPlacements(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("organizations")
    .addColumn("placement", "text", (c) => c.notNull().defaultTo("anyone"))
    .execute();
  for (const column of ["place_time", "place_revision", "confirm_time"] as const) {
    await db.schema.alterTable("workspaces").addColumn(column, "bigint").execute();
  }
  await db.schema.alterTable("workspaces").addColumn("placed_by", "text").execute();
  await db.schema
    .alterTable("workspaces")
    .addColumn("released", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  for (const table of ["nodes", "join_tokens"] as const) {
    await db.schema
      .alterTable(table)
      .addColumn("claim_any", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await sql`update workspaces set confirm_time = create_time where node is not null`.execute(db);
  await grantProjectRoles(db);
}

/**
 * A workspace gets its project's secrets only while its owner has a role in the project. Where an admin put the workspace into the
 * project (somebody else than the owner created it), the admin meant the owner to have these values: the owner becomes a member, so
 * that the containers go on unchanged. Owners who put their own workspace into a project, and owners whose role was taken away, get
 * no role.
 */
async function grantProjectRoles(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into members (organization, parent, principal, role, create_time)
    select w.organization,
      'organizations/' || w.organization || '/projects/' || w.project,
      'organizations/' || w.organization || '/users/' || w.owner,
      'member',
      min(w.create_time)
    from workspaces w
    where w.project is not null
      and w.creator <> 'organizations/' || w.organization || '/users/' || w.owner
      and exists (
        select 1 from members m
        where m.parent = 'organizations/' || w.organization
          and m.principal = 'organizations/' || w.organization || '/users/' || w.owner
          and m.role = 'member')
      and not exists (
        select 1 from members m
        where m.parent = 'organizations/' || w.organization || '/projects/' || w.project
          and m.principal = 'organizations/' || w.organization || '/users/' || w.owner)
      and not exists (
        select 1 from audit_events a
        where a.organization = w.organization
          and a.action = 'keyhold.v1.ProjectService/RemoveProjectMember'
          and a.resource = 'organizations/' || w.organization || '/projects/' || w.project || '/members/users:' || w.owner
          and a.result = 'OK')
    group by w.organization, w.project, w.owner`.execute(db);
}
