import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { childName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import { hasChild } from "../database/references.ts";
import type { Db, InvitationRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import { notFound } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { invitationFields } from "./credential-seals.ts";
import type { InvitationStore } from "./credential-stores.ts";
import { revokeGrants, revokeInvitationsOf } from "./grants.ts";
import type { InvitationRecord } from "./records.ts";

export class KyselyInvitationStore implements InvitationStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: Parameters<InvitationStore["create"]>[0]): Promise<InvitationRecord> {
    const { organization, user } = draft;
    return this.#session.write(async (tx) => {
      if (!(await hasChild(tx.db, "users", organization, user))) {
        throw notFound("user", childName(organization, "users", user).name);
      }
      await revokeInvitationsOf(tx, organization, user);
      const unsealed = {
        id: randomUUID(),
        organization,
        user_id: user,
        resets: draft.resets ? 1 : 0,
        hash: draft.hash,
        create_time: tx.now,
        creator: draft.by,
        made_with: draft.madeWith ?? null,
        expire_time: draft.expireTime,
        use_time: null,
        revoke_time: null,
      };
      const row = { ...unsealed, seal: this.#seal.of(invitationFields(unsealed)) };
      await tx.db.insertInto("invitations").values(row).execute();
      const record = recordOf(row);
      tx.changed("invitation", "created", organization, record.name);
      return record;
    });
  }

  redeem(hash: string): Promise<InvitationRecord> {
    return this.#session.write(async (tx) => {
      const row = await rowByHash(tx.db, hash);
      if (row === undefined) throw refused("unknown to this server");
      if (!this.#seal.holds(invitationFields(row), row.seal)) throw refused("not of this server's making");
      const problem = problemWith(row, tx.now);
      if (problem !== undefined) throw refused(problem);
      await tx.db.updateTable("invitations").set({ use_time: tx.now }).where("id", "=", row.id).execute();
      const record = recordOf({ ...row, use_time: tx.now });
      tx.changed("invitation", "updated", row.organization, record.name);
      return record;
    });
  }

  find(organization: string, id: string): Promise<InvitationRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  findByHash(hash: string): Promise<InvitationRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowByHash(db, hash);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<InvitationRecord>> {
    const list = JSON.stringify(["invitations", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("invitations").selectAll().where("organization", "=", organization);
      if (start.after !== undefined) {
        const [time, id] = JSON.parse(start.after) as [number, string];
        query = query.where((e) =>
          e.or([e("create_time", "<", time), e.and([e("create_time", "=", time), e("id", ">", id)])]),
        );
      }
      const rows = await query.orderBy("create_time", "desc").orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, {
        key: (row) => JSON.stringify([row.create_time, row.id]),
        item: recordOf,
      });
    });
  }

  revoke(organization: string, id: string): Promise<InvitationRecord> {
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("invitation", nameOf({ organization, id }));
      if (row.revoke_time !== null) return recordOf(row);
      await revokeGrants(tx, "invitations", [row]);
      return recordOf({ ...row, revoke_time: tx.now });
    });
  }
}

function problemWith(row: InvitationRow, now: number): string | undefined {
  if (row.revoke_time !== null) return "revoked";
  if (row.use_time !== null) return "used already: it works once";
  if (row.expire_time <= now) return `expired since ${new Date(row.expire_time).toISOString()}`;
  return undefined;
}

function refused(why: string): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    field: "invitation",
    message: `the invitation is ${why}`,
    next: "ask an admin of the organization for a new one: keyhold user invite ORGANIZATION/YOU",
  });
}

function rowByHash(db: Db, hash: string): Promise<InvitationRow | undefined> {
  return db.selectFrom("invitations").selectAll().where("hash", "=", hash).executeTakeFirst();
}

function rowOf(db: Db, organization: string, id: string): Promise<InvitationRow | undefined> {
  return db
    .selectFrom("invitations")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function nameOf({ organization, id }: Pick<InvitationRow, "organization" | "id">): string {
  return childName(organization, "invitations", id).name;
}

function recordOf(row: InvitationRow): InvitationRecord {
  return {
    name: nameOf(row),
    id: row.id,
    organization: row.organization,
    user: childName(row.organization, "users", row.user_id).name,
    resets: row.resets === 1,
    createTime: row.create_time,
    creator: row.creator,
    expireTime: row.expire_time,
    useTime: row.use_time ?? undefined,
    revokeTime: row.revoke_time ?? undefined,
  };
}
