import { randomUUID } from "node:crypto";
import { checkId, childName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireOrganization } from "../database/references.ts";
import type { Db, ServiceAccountRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound } from "../database/store-errors.ts";
import type { ServiceAccountStore } from "./directory.ts";
import { dropPrincipal, refuseIfLastOwner } from "./principals.ts";
import type { ServiceAccountRecord } from "./records.ts";

export class KyselyServiceAccountStore implements ServiceAccountStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    by: string;
  }): Promise<ServiceAccountRecord> {
    checkId(draft.id, "service_account_id");
    return this.#session.write(async (tx) => {
      const { organization, id } = draft;
      await requireOrganization(tx.db, organization);
      if ((await rowOf(tx.db, organization, id)) !== undefined) {
        throw alreadyExists("service account", nameOf(organization, id));
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
      await tx.db.insertInto("service_accounts").values(row).execute();
      tx.changed("service-account", "created", organization, nameOf(organization, id));
      return recordOf(row);
    });
  }

  async get(organization: string, id: string): Promise<ServiceAccountRecord> {
    const record = await this.find(organization, id);
    if (record === undefined) throw notFound("service account", nameOf(organization, id));
    return record;
  }

  find(organization: string, id: string): Promise<ServiceAccountRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<ServiceAccountRecord>> {
    const list = JSON.stringify(["service-accounts", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("service_accounts").selectAll().where("organization", "=", organization);
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  update(
    organization: string,
    id: string,
    changes: Parameters<ServiceAccountStore["update"]>[2],
  ): ReturnType<ServiceAccountStore["update"]> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("service account", name);
      checkEtag(name, row, changes.etag);
      const { displayName = row.display_name } = changes;
      if (displayName === row.display_name) return recordOf(row);
      const changed = { display_name: displayName, revision: tx.revision };
      await tx.db
        .updateTable("service_accounts")
        .set(changed)
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.changed("service-account", "updated", organization, name);
      return recordOf({ ...row, ...changed });
    });
  }

  delete(organization: string, id: string, options: { etag?: Etag } = {}): Promise<void> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("service account", name);
      checkEtag(name, row, options.etag);
      await refuseIfLastOwner(tx, organization, name);
      await dropPrincipal(tx, organization, name);
      await tx.db
        .deleteFrom("service_accounts")
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.removed.set(name, { resourceUid: row.uid });
      tx.changed("service-account", "deleted", organization, name);
    });
  }
}

function nameOf(organization: string, id: string): string {
  return childName(organization, "serviceAccounts", id).name;
}

async function rowOf(db: Db, organization: string, id: string): Promise<ServiceAccountRow | undefined> {
  return db
    .selectFrom("service_accounts")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function recordOf(row: ServiceAccountRow): ServiceAccountRecord {
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
