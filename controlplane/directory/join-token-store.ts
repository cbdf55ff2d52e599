import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { checkId } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import { requireOrganization, requireReference } from "../database/references.ts";
import type { Db, JoinTokenRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import { notFound } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { joinTokenFields } from "./credential-seals.ts";
import type { JoinTokenStore } from "./credential-stores.ts";
import { revokeGrants } from "./grants.ts";
import type { JoinTokenRecord } from "./records.ts";

export class KyselyJoinTokenStore implements JoinTokenStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: {
    organization: string;
    nodeId?: string | undefined;
    projects: readonly string[];
    claimAny?: boolean | undefined;
    expireTime: number;
    maxUses?: number | undefined;
    hash: string;
    by: string;
    madeWith?: string | undefined;
  }): Promise<JoinTokenRecord> {
    const { organization } = draft;
    const nodeId =
      draft.nodeId === undefined || draft.nodeId === "" ? null : checkId(draft.nodeId, "node_id");
    return this.#session.write(async (tx) => {
      await requireOrganization(tx.db, organization);
      for (const project of draft.projects) {
        await requireReference(tx.db, organization, "projects", project, "projects");
      }
      const unsealed = {
        id: randomUUID(),
        organization,
        node_id: nodeId,
        projects: JSON.stringify(draft.projects),
        hash: draft.hash,
        create_time: tx.now,
        creator: draft.by,
        expire_time: draft.expireTime,
        use_time: null,
        max_uses: draft.maxUses ?? 1,
        uses: 0,
        revoke_time: null,
        made_with: draft.madeWith ?? null,
        claim_any: draft.claimAny === true ? 1 : 0,
      };
      const row = { ...unsealed, seal: this.#seal.of(joinTokenFields(unsealed)) };
      await tx.db.insertInto("join_tokens").values(row).execute();
      tx.changed("join-token", "created", organization, nameOf(row));
      return recordOf(row);
    });
  }

  requireKnown(hash: string): Promise<void> {
    return this.#session.read(async (db) => {
      const row = await db.selectFrom("join_tokens").select("id").where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) throw refused("unknown to this server");
    });
  }

  redeem(hash: string): Promise<JoinTokenRecord> {
    return this.#session.write(async (tx) => {
      const row = await tx.db
        .selectFrom("join_tokens")
        .selectAll()
        .where("hash", "=", hash)
        .executeTakeFirst();
      if (row === undefined) throw refused("unknown to this server");
      if (!this.#seal.holds(joinTokenFields(row), row.seal)) throw refused("not of this server's making");
      const problem = problemWith(row, tx.now);
      if (problem !== undefined) throw refused(problem);
      const uses = row.uses + 1;
      const taken = { uses, use_time: uses < row.max_uses ? null : tx.now };
      await tx.db.updateTable("join_tokens").set(taken).where("id", "=", row.id).execute();
      tx.changed("join-token", "updated", row.organization, nameOf(row));
      return recordOf({ ...row, ...taken });
    });
  }

  find(organization: string, id: string): Promise<JoinTokenRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<JoinTokenRecord>> {
    const list = JSON.stringify(["join-tokens", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("join_tokens").selectAll().where("organization", "=", organization);
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

  revoke(organization: string, id: string): Promise<JoinTokenRecord> {
    return this.#session.write(async (tx) => {
      const row = await rowOf(tx.db, organization, id);
      if (row === undefined) throw notFound("join token", nameOf({ organization, id }));
      if (row.revoke_time !== null) return recordOf(row);
      await revokeGrants(tx, "join_tokens", [row]);
      return recordOf({ ...row, revoke_time: tx.now });
    });
  }
}

function problemWith(row: JoinTokenRow, now: number): string | undefined {
  if (row.revoke_time !== null) return "revoked";
  if (row.uses >= row.max_uses) {
    return row.max_uses === 1
      ? "used already: it works once"
      : `used already: it works ${row.max_uses} times`;
  }
  if (row.expire_time <= now) return `expired since ${new Date(row.expire_time).toISOString()}`;
  return undefined;
}

function rowOf(db: Db, organization: string, id: string): Promise<JoinTokenRow | undefined> {
  return db
    .selectFrom("join_tokens")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function refused(why: string): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    field: "join_token",
    message: `the join token is ${why}`,
    next: "make a new one with: keyhold node join-token ORGANIZATION",
  });
}

function nameOf(row: Pick<JoinTokenRow, "organization" | "id">): string {
  return `organizations/${row.organization}/joinTokens/${row.id}`;
}

function recordOf(row: JoinTokenRow): JoinTokenRecord {
  return {
    name: nameOf(row),
    id: row.id,
    organization: row.organization,
    nodeId: row.node_id ?? undefined,
    projects: JSON.parse(row.projects) as string[],
    claimAny: row.claim_any !== 0,
    createTime: row.create_time,
    creator: row.creator,
    expireTime: row.expire_time,
    maxUses: row.max_uses,
    uses: row.uses,
    revokeTime: row.revoke_time ?? undefined,
  };
}
