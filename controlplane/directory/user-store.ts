import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { checkId, childName, scopeOf } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireOrganization } from "../database/references.ts";
import type { Db, UserRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound, precondition } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { purgeScope } from "../secrets/secret-rows.ts";
import { notOurs, userFields } from "./credential-seals.ts";
import type { UserStore } from "./directory.ts";
import { revokeInvitationsOf } from "./grants.ts";
import { dropPrincipal, refuseIfLastOwner } from "./principals.ts";
import type { UserRecord } from "./records.ts";

export class KyselyUserStore implements UserStore {
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
    email?: string | undefined;
    by: string;
  }): Promise<UserRecord> {
    checkId(draft.id, "user_id");
    const email = draft.email === undefined || draft.email === "" ? null : draft.email;
    return this.#session.write(async (tx) => {
      const { organization, id } = draft;
      await requireOrganization(tx.db, organization);
      await refuseIfTaken(tx, organization, id, email);
      const unsealed = {
        organization,
        id,
        uid: randomUUID(),
        display_name: draft.displayName,
        email,
        email_key: email?.toLowerCase() ?? null,
        reset_time: null,
        create_time: tx.now,
        creator: draft.by,
        revision: tx.revision,
      };
      const row = { ...unsealed, seal: this.#seal.of(userFields(unsealed)) };
      await tx.db.insertInto("users").values(row).execute();
      tx.changed("user", "created", organization, nameOf(organization, id));
      return recordOf(row);
    });
  }

  async get(organization: string, id: string): Promise<UserRecord> {
    const record = await this.find(organization, id);
    if (record === undefined) throw notFound("user", nameOf(organization, id));
    return record;
  }

  find(organization: string, id: string): Promise<UserRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  findByEmail(organization: string, email: string): Promise<UserRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowByEmail(db, organization, email);
      if (row === undefined) return undefined;
      // Whoever has the address signs in as that user: it has to be the one that a server has written.
      if (!this.#seal.holds(userFields(row), row.seal)) throw notOurs(`user ${nameOf(organization, row.id)}`);
      return recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<UserRecord>> {
    const list = JSON.stringify(["users", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("users").selectAll().where("organization", "=", organization);
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  reset(organization: string, id: string): Promise<UserRecord> {
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("user", nameOf(organization, id));
      const changed = { reset_time: tx.now, revision: tx.revision };
      await tx.db
        .updateTable("users")
        .set(changed)
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.changed("user", "updated", organization, nameOf(organization, id));
      return recordOf({ ...row, ...changed });
    });
  }

  update(organization: string, id: string, changes: Parameters<UserStore["update"]>[2]): Promise<UserRecord> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("user", name);
      checkEtag(name, row, changes.etag);
      const display_name = changes.displayName ?? row.display_name;
      const email = changes.email === undefined ? row.email : changes.email || null;
      if (display_name === row.display_name && email === row.email) return recordOf(row);
      const email_key = email?.toLowerCase() ?? null;
      if (email_key !== row.email_key) await refuseIfOthers(tx, organization, id, email);
      const unsealed = { ...row, display_name, email, email_key, revision: tx.revision };
      const { revision } = tx;
      // Only a new address is sealed anew: to seal an old one again would vouch for what another writer may have put there.
      const seal = email_key === row.email_key ? row.seal : this.#seal.of(userFields(unsealed));
      const changed = { display_name, email, email_key, revision, seal };
      await tx.db
        .updateTable("users")
        .set(changed)
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.changed("user", "updated", organization, name);
      return recordOf({ ...row, ...changed });
    });
  }

  delete(organization: string, id: string, options: { etag?: Etag } = {}): Promise<void> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("user", name);
      checkEtag(name, row, options.etag);
      await refuseIfOwningWorkspaces(tx, organization, id);
      await refuseIfLastOwner(tx, organization, name);
      await purgeScope(tx, scopeOf("user", organization, id));
      await dropPrincipal(tx, organization, name);
      await revokeInvitationsOf(tx, organization, id);
      await tx.db.deleteFrom("users").where("organization", "=", organization).where("id", "=", id).execute();
      tx.removed.set(name, { resourceUid: row.uid });
      tx.changed("user", "deleted", organization, name);
    });
  }
}

async function refuseIfTaken(
  tx: Writing,
  organization: string,
  id: string,
  email: string | null,
): Promise<void> {
  if ((await rowOf(tx.db, organization, id)) !== undefined) {
    throw alreadyExists("user", nameOf(organization, id));
  }
  await refuseIfOthers(tx, organization, id, email);
}

async function refuseIfOthers(
  tx: Writing,
  organization: string,
  id: string,
  email: string | null,
): Promise<void> {
  const other = email === null ? undefined : await rowByEmail(tx.db, organization, email);
  if (other === undefined || other.id === id) return;
  throw new KeyholdError({
    code: "exists",
    field: "user.email",
    message: `email ${email} belongs to user ${other.id} of ${organization} already`,
    next: "use another address, or none",
  });
}

async function refuseIfOwningWorkspaces(tx: Writing, organization: string, id: string): Promise<void> {
  const owned = await tx.db
    .selectFrom("workspaces")
    .select("id")
    .where("organization", "=", organization)
    .where("owner", "=", id)
    .orderBy("id")
    .execute();
  const [first] = owned;
  if (first === undefined) return;
  throw precondition(
    `user ${organization}/users/${id} owns ${owned.length} workspaces (${first.id} for one)`,
    "delete the workspaces first",
  );
}

function nameOf(organization: string, id: string): string {
  return childName(organization, "users", id).name;
}

async function rowOf(db: Db, organization: string, id: string): Promise<UserRow | undefined> {
  return db
    .selectFrom("users")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

async function rowByEmail(db: Db, organization: string, email: string): Promise<UserRow | undefined> {
  return db
    .selectFrom("users")
    .selectAll()
    .where("organization", "=", organization)
    .where("email_key", "=", email.toLowerCase())
    .executeTakeFirst();
}

function recordOf(row: UserRow): UserRecord {
  return {
    name: nameOf(row.organization, row.id),
    id: row.id,
    uid: row.uid,
    organization: row.organization,
    displayName: row.display_name,
    email: row.email ?? undefined,
    resetTime: row.reset_time ?? undefined,
    createTime: row.create_time,
    creator: row.creator,
    etag: etagOf(row),
  };
}
