import { randomUUID } from "node:crypto";
import { checkId, childName, parseChildName, type Scope, scopeOf } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireNode, requireOrganization, requireReference } from "../database/references.ts";
import type { Db, WorkspaceRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound } from "../database/store-errors.ts";
import { purgeScope } from "../secrets/secret-rows.ts";
import type { WorkspaceStore } from "./directory.ts";
import type { WorkspaceRecord } from "./records.ts";

interface WorkspaceChanges {
  displayName?: string | undefined;
  project?: string | null | undefined;
  node?: string | null | undefined;
  etag?: Etag;
}

export class KyselyWorkspaceStore implements WorkspaceStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    owner: string;
    project?: string | undefined;
    node?: string | undefined;
    by: string;
  }): Promise<WorkspaceRecord> {
    checkId(draft.id, "workspace_id");
    return this.#session.write(async (tx) => {
      const { organization, id } = draft;
      await requireOrganization(tx.db, organization);
      if ((await rowOf(tx.db, organization, id)) !== undefined) {
        throw alreadyExists("workspace", nameOf(organization, id));
      }
      const row = {
        organization,
        id,
        uid: randomUUID(),
        display_name: draft.displayName,
        owner: await requireReference(tx.db, organization, "users", draft.owner, "workspace.owner"),
        project: (await projectId(tx, organization, draft.project)) ?? null,
        node: (await nodeId(tx, organization, draft.node)) ?? null,
        create_time: tx.now,
        creator: draft.by,
        revision: tx.revision,
      };
      await tx.db.insertInto("workspaces").values(row).execute();
      tx.changed("workspace", "created", organization, nameOf(organization, id));
      return recordOf(row);
    });
  }

  async get(organization: string, id: string): Promise<WorkspaceRecord> {
    const record = await this.find(organization, id);
    if (record === undefined) throw notFound("workspace", nameOf(organization, id));
    return record;
  }

  find(organization: string, id: string): Promise<WorkspaceRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(
    organization: string,
    page: PageRequest & { owner?: string | undefined },
  ): Promise<Page<WorkspaceRecord>> {
    const list = JSON.stringify(["workspaces", organization, page.owner]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("workspaces").selectAll().where("organization", "=", organization);
      if (page.owner !== undefined) {
        query = query.where("owner", "=", parseChildName(page.owner, "users", "owner").id);
      }
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  inScope(scope: Scope): Promise<readonly WorkspaceRecord[]> {
    return this.#session.read(async (db) => {
      const all = db.selectFrom("workspaces").selectAll().where("organization", "=", scope.organization);
      const query = scope.level === "organization" ? all : all.where(COLUMN_OF[scope.level], "=", scope.id);
      return (await query.orderBy("id").execute()).map(recordOf);
    });
  }

  update(organization: string, id: string, changes: WorkspaceChanges): Promise<WorkspaceRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      checkEtag(nameOf(organization, id), row, changes.etag);
      const project = await projectId(tx, organization, changes.project);
      const node = await nodeId(tx, organization, changes.node);
      return recordOf(
        await change(tx, row, {
          display_name: changes.displayName ?? row.display_name,
          project: project === undefined ? row.project : project,
          node: node === undefined ? row.node : node,
        }),
      );
    });
  }

  claim(organization: string, id: string, node: string): Promise<WorkspaceRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      if (row.node !== null) return recordOf(row);
      const claimed = await requireNode(tx.db, organization, node, "node");
      return recordOf(
        await change(tx, row, { display_name: row.display_name, project: row.project, node: claimed }),
      );
    });
  }

  delete(organization: string, id: string, options: { etag?: Etag } = {}): Promise<void> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      checkEtag(name, row, options.etag);
      await purgeScope(tx, scopeOf("workspace", organization, id));
      await tx.db
        .deleteFrom("workspaces")
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.removed.set(name, { resourceUid: row.uid, ownerUid: await uidOfOwner(tx.db, row) });
      tx.changed("workspace", "deleted", organization, name);
    });
  }
}

const COLUMN_OF = { workspace: "id", user: "owner", project: "project" } as const;

async function change(
  tx: Writing,
  row: WorkspaceRow,
  fields: Pick<WorkspaceRow, "display_name" | "project" | "node">,
): Promise<WorkspaceRow> {
  const same =
    fields.display_name === row.display_name && fields.project === row.project && fields.node === row.node;
  if (same) return row;
  await tx.db
    .updateTable("workspaces")
    .set({ ...fields, revision: tx.revision })
    .where("organization", "=", row.organization)
    .where("id", "=", row.id)
    .execute();
  tx.changed("workspace", "updated", row.organization, nameOf(row.organization, row.id));
  return { ...row, ...fields, revision: tx.revision };
}

/** undefined: not given; null: none. */
async function projectId(tx: Writing, organization: string, name: string | null | undefined) {
  if (name === undefined || name === null || name === "") return name === undefined ? undefined : null;
  return requireReference(tx.db, organization, "projects", name, "workspace.project");
}

async function nodeId(tx: Writing, organization: string, name: string | null | undefined) {
  if (name === undefined || name === null || name === "") return name === undefined ? undefined : null;
  return requireNode(tx.db, organization, name, "workspace.node");
}

async function uidOfOwner(db: Db, { organization, owner }: WorkspaceRow): Promise<string> {
  const row = await db
    .selectFrom("users")
    .select("uid")
    .where("organization", "=", organization)
    .where("id", "=", owner)
    .executeTakeFirst();
  return row?.uid ?? "";
}

function nameOf(organization: string, id: string): string {
  return childName(organization, "workspaces", id).name;
}

async function requireRow(db: Db, organization: string, id: string): Promise<WorkspaceRow> {
  const row = await rowOf(db, organization, id);
  if (row === undefined) throw notFound("workspace", nameOf(organization, id));
  return row;
}

async function rowOf(db: Db, organization: string, id: string): Promise<WorkspaceRow | undefined> {
  return db
    .selectFrom("workspaces")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function recordOf(row: WorkspaceRow): WorkspaceRecord {
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
    createTime: row.create_time,
    creator: row.creator,
    etag: etagOf(row),
  };
}
