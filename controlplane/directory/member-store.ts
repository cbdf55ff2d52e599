import { KeyholdError } from "../../common/errors.ts";
import { childName, organizationName, parseChildName, shortName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import { hasChild, requireOrganization } from "../database/references.ts";
import type { Db } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { notFound } from "../database/store-errors.ts";
import type { MemberStore } from "./directory.ts";
import { revokeMadeBy } from "./grants.ts";
import { refuseIfLastOwner } from "./principals.ts";
import type { MemberRecord, OrganizationRole, ProjectRole } from "./records.ts";

/** The principal that is of no organization. */
const SERVER_OWNER = "users/owner";

/** `organizations/acme/members/users:alice`; the server's owner is `…/members/owner`. */
export function memberName(parent: string, principal: string): string {
  const [, , collection, id] = principal.split("/");
  return `${parent}/members/${id === undefined ? "owner" : `${collection}:${id}`}`;
}

export class KyselyMemberStore implements MemberStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  setOrganizationRole(
    organization: string,
    principal: string,
    role: OrganizationRole,
  ): Promise<MemberRecord<OrganizationRole>> {
    return this.#session.write(async (tx) => {
      await requireOrganization(tx.db, organization);
      await requirePrincipal(tx.db, organization, principal);
      if (role !== "owner") await refuseIfLastOwner(tx, organization, principal);
      if (role === "member") await revokeMadeBy(tx, organization, principal);
      return setRole(tx, organization, organizationName(organization), principal, role);
    });
  }

  removeOrganizationRole(organization: string, principal: string): Promise<void> {
    return this.#session.write(async (tx) => {
      await refuseIfLastOwner(tx, organization, principal);
      await revokeMadeBy(tx, organization, principal);
      await removeRole(tx, organization, organizationName(organization), principal);
    });
  }

  organizationRole(organization: string, principal: string): Promise<OrganizationRole | undefined> {
    return this.#session.read((db) => roleOf(db, organizationName(organization), principal));
  }

  listOrganization(organization: string, page: PageRequest): Promise<Page<MemberRecord<OrganizationRole>>> {
    return this.#session.read((db) => list(db, organizationName(organization), page));
  }

  setProjectRole(
    organization: string,
    project: string,
    principal: string,
    role: ProjectRole,
  ): Promise<MemberRecord<ProjectRole>> {
    const parent = childName(organization, "projects", project).name;
    return this.#session.write(async (tx) => {
      if (!(await hasChild(tx.db, "projects", organization, project))) throw notFound("project", parent);
      await requirePrincipal(tx.db, organization, principal);
      return setRole(tx, organization, parent, principal, role);
    });
  }

  removeProjectRole(organization: string, project: string, principal: string): Promise<void> {
    const parent = childName(organization, "projects", project).name;
    return this.#session.write((tx) => removeRole(tx, organization, parent, principal));
  }

  projectRole(organization: string, project: string, principal: string): Promise<ProjectRole | undefined> {
    const parent = childName(organization, "projects", project).name;
    return this.#session.read((db) => roleOf(db, parent, principal));
  }

  listProject(
    organization: string,
    project: string,
    page: PageRequest,
  ): Promise<Page<MemberRecord<ProjectRole>>> {
    return this.#session.read((db) => list(db, childName(organization, "projects", project).name, page));
  }
}

async function setRole<Role extends string>(
  tx: Writing,
  organization: string,
  parent: string,
  principal: string,
  role: Role,
): Promise<MemberRecord<Role>> {
  const present = await rowOf(tx.db, parent, principal);
  const createTime = present?.create_time ?? tx.now;
  const record = { parent, principal, role, createTime };
  if (present?.role === role) return record;
  if (present === undefined) {
    await tx.db
      .insertInto("members")
      .values({ organization, parent, principal, role, create_time: createTime })
      .execute();
  } else {
    await tx.db
      .updateTable("members")
      .set({ role })
      .where("parent", "=", parent)
      .where("principal", "=", principal)
      .execute();
  }
  const action = present === undefined ? "created" : "updated";
  tx.changed("member", action, organization, memberName(parent, principal));
  return record;
}

async function removeRole(
  tx: Writing,
  organization: string,
  parent: string,
  principal: string,
): Promise<void> {
  if ((await rowOf(tx.db, parent, principal)) === undefined) {
    throw new KeyholdError({
      code: "not-found",
      message: `${shortName(principal)} has no role in ${shortName(parent)}`,
    });
  }
  await tx.db.deleteFrom("members").where("parent", "=", parent).where("principal", "=", principal).execute();
  tx.changed("member", "deleted", organization, memberName(parent, principal));
}

async function list<Role extends string>(
  db: Db,
  parent: string,
  page: PageRequest,
): Promise<Page<MemberRecord<Role>>> {
  const name = JSON.stringify(["members", parent]);
  const start = startOf(page, name);
  let query = db.selectFrom("members").selectAll().where("parent", "=", parent);
  if (start.after !== undefined) query = query.where("principal", ">", start.after);
  const rows = await query.orderBy("principal").limit(start.limit).execute();
  return pageOf(rows, start, name, {
    key: (row) => row.principal,
    item: (row) => ({
      parent,
      principal: row.principal,
      role: row.role as Role,
      createTime: row.create_time,
    }),
  });
}

async function roleOf<Role extends string>(
  db: Db,
  parent: string,
  principal: string,
): Promise<Role | undefined> {
  return (await rowOf(db, parent, principal))?.role as Role | undefined;
}

async function rowOf(db: Db, parent: string, principal: string) {
  return db
    .selectFrom("members")
    .selectAll()
    .where("parent", "=", parent)
    .where("principal", "=", principal)
    .executeTakeFirst();
}

async function requirePrincipal(db: Db, organization: string, principal: string): Promise<void> {
  if (principal === SERVER_OWNER) return;
  const isUser = principal.split("/").at(-2) === "users";
  const child = parseChildName(principal, isUser ? "users" : "serviceAccounts", "principal");
  const table = isUser ? "users" : "service_accounts";
  const ours = child.organization === organization && child.name === principal;
  if (ours && (await hasChild(db, table, organization, child.id))) return;
  throw notFound(isUser ? "user" : "service account", principal);
}
