import { randomUUID } from "node:crypto";
import { checkId, childName, scopeOf } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireOrganization } from "../database/references.ts";
import type { Db, ProjectRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound, precondition } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { countSecrets, purgeScope } from "../secrets/secret-rows.ts";
import { forgetTarget } from "../secrets/secret-targets.ts";
import type { ProjectStore } from "./directory.ts";
import { revokeJoinTokensOf } from "./grants.ts";
import type { ProjectRecord } from "./records.ts";
import { forgetInTokens } from "./token-scopes.ts";

export class KyselyProjectStore implements ProjectStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    by: string;
  }): Promise<ProjectRecord> {
    checkId(draft.id, "project_id");
    return this.#session.write(async (tx) => {
      const { organization, id } = draft;
      await requireOrganization(tx.db, organization);
      if ((await rowOf(tx.db, organization, id)) !== undefined) {
        throw alreadyExists("project", nameOf(organization, id));
      }
      const row = {
        organization,
        id,
        uid: randomUUID(),
        display_name: draft.displayName,
        create_time: tx.now,
        creator: draft.by,
        revision: tx.revision,
      };
      await tx.db.insertInto("projects").values(row).execute();
      tx.changed("project", "created", organization, nameOf(organization, id));
      return recordOf(row);
    });
  }

  async get(organization: string, id: string): Promise<ProjectRecord> {
    const record = await this.find(organization, id);
    if (record === undefined) throw notFound("project", nameOf(organization, id));
    return record;
  }

  find(organization: string, id: string): Promise<ProjectRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<ProjectRecord>> {
    const list = JSON.stringify(["projects", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("projects").selectAll().where("organization", "=", organization);
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  update(
    organization: string,
    id: string,
    changes: Parameters<ProjectStore["update"]>[2],
  ): ReturnType<ProjectStore["update"]> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("project", name);
      checkEtag(name, row, changes.etag);
      const { displayName = row.display_name } = changes;
      if (displayName === row.display_name) return recordOf(row);
      const changed = { display_name: displayName, revision: tx.revision };
      await tx.db
        .updateTable("projects")
        .set(changed)
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.changed("project", "updated", organization, name);
      return recordOf({ ...row, ...changed });
    });
  }

  delete(organization: string, id: string, options: { etag?: Etag; force?: boolean } = {}): Promise<void> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("project", name);
      checkEtag(name, row, options.etag);
      const workspaces = await workspacesOf(tx.db, organization, id);
      if (options.force !== true) await refuseIfUsed(tx.db, organization, id, workspaces.length);
      await releaseWorkspaces(tx, organization, id, workspaces);
      await forgetInNodes(tx, organization, name);
      await revokeJoinTokensOf(tx, organization, name);
      await purgeScope(tx, scopeOf("project", organization, id));
      await forgetTarget(tx, organization, row.uid);
      await forgetInTokens(tx, this.#seal, organization, name);
      await tx.db.deleteFrom("members").where("parent", "=", name).execute();
      await tx.db
        .deleteFrom("projects")
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.removed.set(name, { resourceUid: row.uid });
      tx.changed("project", "deleted", organization, name);
    });
  }
}

async function refuseIfUsed(db: Db, organization: string, id: string, workspaces: number): Promise<void> {
  const secrets = await countSecrets(db, scopeOf("project", organization, id));
  if (workspaces === 0 && secrets === 0) return;
  throw precondition(
    `project ${organization}/projects/${id} still has ${workspaces} workspaces and ${secrets} secrets`,
    "move and delete them first, or give --force (force in the API): workspaces lose the project, its secrets are purged",
  );
}

async function workspacesOf(db: Db, organization: string, project: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("workspaces")
    .select("id")
    .where("organization", "=", organization)
    .where("project", "=", project)
    .orderBy("id")
    .execute();
  return rows.map((row) => row.id);
}

async function releaseWorkspaces(
  tx: Writing,
  organization: string,
  project: string,
  ids: readonly string[],
): Promise<void> {
  await tx.db
    .updateTable("workspaces")
    .set({ project: null, revision: tx.revision })
    .where("organization", "=", organization)
    .where("project", "=", project)
    .execute();
  for (const id of ids) {
    tx.changed("workspace", "updated", organization, childName(organization, "workspaces", id).name);
  }
}

/** A later project of the same name is another one: nodes enrolled for this one must not see its secrets. */
async function forgetInNodes(tx: Writing, organization: string, project: string): Promise<void> {
  const nodes = await tx.db
    .selectFrom("nodes")
    .select(["id", "projects"])
    .where("organization", "=", organization)
    .execute();
  for (const node of nodes) {
    const projects = JSON.parse(node.projects) as string[];
    if (!projects.includes(project)) continue;
    const rest = JSON.stringify(projects.filter((name) => name !== project));
    await tx.db
      .updateTable("nodes")
      .set({ projects: rest, revision: tx.revision })
      .where("organization", "=", organization)
      .where("id", "=", node.id)
      .execute();
    tx.changed("node", "updated", organization, childName(organization, "nodes", node.id).name);
  }
}

function nameOf(organization: string, id: string): string {
  return childName(organization, "projects", id).name;
}

async function rowOf(db: Db, organization: string, id: string): Promise<ProjectRow | undefined> {
  return db
    .selectFrom("projects")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function recordOf(row: ProjectRow): ProjectRecord {
  return {
    name: nameOf(row.organization, row.id),
    id: row.id,
    uid: row.uid,
    organization: row.organization,
    displayName: row.display_name,
    createTime: row.create_time,
    creator: row.creator,
    etag: etagOf(row),
  };
}
