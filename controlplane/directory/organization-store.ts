import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { checkId, organizationName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import type { Db, OrganizationRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound, precondition } from "../database/store-errors.ts";
import type { OrganizationStore } from "./directory.ts";
import { parseQuotas } from "./quota-store.ts";
import { changedSettings } from "./quotas.ts";
import type { OrganizationRecord, PlacementPolicy } from "./records.ts";

/** What has to be gone before an organization can go, in the order in which a forced deletion removes it. */
const CONTENT = [
  ["secrets", "secrets"],
  ["workspaces", "workspaces"],
  ["nodes", "nodes"],
  ["projects", "projects"],
  ["users", "users"],
  ["service_accounts", "service accounts"],
] as const;

export class KyselyOrganizationStore implements OrganizationStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  create(draft: { id: string; displayName: string; by: string }): Promise<OrganizationRecord> {
    checkId(draft.id, "organization_id");
    return this.#session.write(async (tx) => {
      const existing = await rowOf(tx, draft.id);
      if (existing !== undefined) throw alreadyExists("organization", draft.id);
      const row = {
        id: draft.id,
        uid: randomUUID(),
        display_name: draft.displayName,
        placement: "anyone",
        quotas: "{}",
        create_time: tx.now,
        creator: draft.by,
        revision: tx.revision,
      };
      await tx.db.insertInto("organizations").values(row).execute();
      tx.changed("organization", "created", draft.id, organizationName(draft.id));
      return recordOf(row);
    });
  }

  async get(id: string): Promise<OrganizationRecord> {
    const record = await this.find(id);
    if (record === undefined) throw notFound("organization", id);
    return record;
  }

  find(id: string): Promise<OrganizationRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf({ db }, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(page: PageRequest & { memberOf?: string | undefined }): Promise<Page<OrganizationRecord>> {
    const list = JSON.stringify(["organizations", page.memberOf]);
    const start = startOf(page, list);
    const { memberOf } = page;
    return this.#session.read(async (db) => {
      let query = db.selectFrom("organizations").selectAll("organizations");
      if (memberOf !== undefined) query = query.where("id", "in", organizationsOf(db, memberOf));
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  update(id: string, changes: Parameters<OrganizationStore["update"]>[1]): Promise<OrganizationRecord> {
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx, id);
      if (row === undefined) throw notFound("organization", id);
      checkEtag(id, row, changes.etag);
      const { displayName: display_name = row.display_name, placement = row.placement } = changes;
      const quotas = JSON.stringify(changedSettings(parseQuotas(row.quotas), changes.quotas ?? {}));
      const isSame =
        display_name === row.display_name && placement === row.placement && quotas === row.quotas;
      if (isSame) return recordOf(row);
      const changed = { display_name, placement, quotas, revision: tx.revision };
      await tx.db.updateTable("organizations").set(changed).where("id", "=", id).execute();
      tx.changed("organization", "updated", id, organizationName(id));
      return recordOf({ ...row, ...changed });
    });
  }

  delete(id: string, options: { etag?: Etag; force?: boolean } = {}): Promise<void> {
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx, id);
      if (row === undefined) throw notFound("organization", id);
      checkEtag(id, row, options.etag);
      if (options.force !== true) await refuseIfFilled(tx, id);
      for (const [table] of CONTENT) await tx.db.deleteFrom(table).where("organization", "=", id).execute();
      for (const table of ["members", "invitations", "join_tokens", "tokens"] as const) {
        await tx.db.deleteFrom(table).where("organization", "=", id).execute();
      }
      await tx.db.deleteFrom("organizations").where("id", "=", id).execute();
      tx.removed.set(organizationName(id), { resourceUid: row.uid });
      tx.changed("organization", "deleted", id, organizationName(id));
    });
  }
}

/** Where the principal has a role in the organization itself, not only in a project. */
function organizationsOf(db: Db, principal: string) {
  return db
    .selectFrom("members")
    .select("organization")
    .where("principal", "=", principal)
    .where("parent", "=", sql<string>`'organizations/' || members.organization`);
}

async function refuseIfFilled(tx: Writing, id: string): Promise<void> {
  const left: string[] = [];
  for (const [table, words] of CONTENT) {
    const row = await tx.db
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as("count"))
      .where("organization", "=", id)
      .executeTakeFirstOrThrow();
    if (row.count > 0) left.push(`${words} (${row.count})`);
  }
  if (left.length === 0) return;
  throw precondition(
    `organization ${id} still holds ${left.join(", ")}`,
    "delete them first, or give --force (force in the API) to delete everything with it",
  );
}

async function rowOf({ db }: Pick<Writing, "db">, id: string): Promise<OrganizationRow | undefined> {
  return db.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
}

function recordOf(row: OrganizationRow): OrganizationRecord {
  return {
    name: organizationName(row.id),
    id: row.id,
    uid: row.uid,
    displayName: row.display_name,
    placement: row.placement as PlacementPolicy,
    quotas: parseQuotas(row.quotas),
    createTime: row.create_time,
    creator: row.creator,
    etag: etagOf(row),
  };
}
