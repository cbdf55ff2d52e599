import { randomUUID } from "node:crypto";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Db, TokenRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import { notFound } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { notOurs, tokenFields } from "./credential-seals.ts";
import type { TokenStore } from "./credential-stores.ts";
import type { TokenRecord } from "./records.ts";
import { revokeTrees, tokenName } from "./token-tree.ts";

/** Milliseconds between two writes of a token's last use. */
const USE_RESOLUTION = 60_000;

export class KyselyTokenStore implements TokenStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: {
    organization: string | undefined;
    principal: string;
    displayName: string;
    prefix: string;
    scopes: readonly string[];
    expireTime?: number | undefined;
    hash: string;
    by: string;
    parent?: string | undefined;
  }): Promise<TokenRecord> {
    return this.#session.write(async (tx) => {
      const unsealed = {
        id: randomUUID(),
        organization: draft.organization ?? null,
        principal: draft.principal,
        display_name: draft.displayName,
        prefix: draft.prefix,
        scopes: JSON.stringify(draft.scopes),
        hash: draft.hash,
        create_time: tx.now,
        creator: draft.by,
        expire_time: draft.expireTime ?? null,
        last_use_time: null,
        revoke_time: null,
        parent: draft.parent ?? null,
      };
      const row = { ...unsealed, seal: this.#seal.of(tokenFields(unsealed)) };
      await tx.db.insertInto("tokens").values(row).execute();
      const record = recordOf(row);
      tx.changed("token", "created", draft.organization, record.name);
      return record;
    });
  }

  findByHash(hash: string): Promise<TokenRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await db.selectFrom("tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) return undefined;
      if (!this.#seal.holds(tokenFields(row), row.seal)) throw notOurs(`token ${row.id}`);
      return recordOf(row);
    });
  }

  hadAny(organization: string, principal: string, since: number): Promise<boolean> {
    return this.#session.read(async (db) => {
      const row = await db
        .selectFrom("tokens")
        .select("id")
        .where("organization", "=", organization)
        .where("principal", "=", principal)
        .where("create_time", ">=", since)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    });
  }

  get(id: string): Promise<TokenRecord> {
    return this.#session.read(async (db) => recordOf(await requireRow(db, id)));
  }

  list(
    organization: string | undefined,
    page: PageRequest & { principal?: string | undefined },
  ): Promise<Page<TokenRecord>> {
    const list = JSON.stringify(["tokens", organization, page.principal]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("tokens").selectAll();
      query =
        organization === undefined
          ? query.where("organization", "is", null)
          : query.where("organization", "=", organization);
      if (page.principal !== undefined) query = query.where("principal", "=", page.principal);
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

  revoke(id: string, options: { readonly keepsInvitations?: boolean } = {}): Promise<TokenRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, id);
      if (row.revoke_time !== null) return recordOf(row);
      await revokeTrees(tx, [row], options);
      return recordOf({ ...row, revoke_time: tx.now });
    });
  }

  revokeOf(
    organization: string | undefined,
    principal: string,
    { madeBy }: { readonly madeBy: readonly string[] } = { madeBy: [] },
  ): Promise<readonly TokenRecord[]> {
    return this.#session.write(async (tx) => {
      const all = await tx.db
        .selectFrom("tokens")
        .selectAll()
        .where("principal", "=", principal)
        .where("organization", organization === undefined ? "is" : "=", organization ?? null)
        .where("revoke_time", "is", null)
        .execute();
      const revoked = await revokeTrees(
        tx,
        all.filter(({ creator }) => !madeBy.includes(creator)),
      );
      return revoked.map(recordOf);
    });
  }

  touch(id: string): Promise<void> {
    return this.#session.write(async (tx) => {
      await tx.db
        .updateTable("tokens")
        .set({ last_use_time: tx.now })
        .where("id", "=", id)
        .where((e) =>
          e.or([e("last_use_time", "is", null), e("last_use_time", "<=", tx.now - USE_RESOLUTION)]),
        )
        .execute();
    });
  }
}

async function requireRow(db: Db, id: string): Promise<TokenRow> {
  const row = await db.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw notFound("token", id);
  return row;
}

function recordOf(row: TokenRow): TokenRecord {
  const organization = row.organization ?? undefined;
  return {
    name: tokenName(row),
    id: row.id,
    organization,
    principal: row.principal,
    displayName: row.display_name,
    prefix: row.prefix,
    scopes: JSON.parse(row.scopes) as string[],
    createTime: row.create_time,
    creator: row.creator,
    expireTime: row.expire_time ?? undefined,
    lastUseTime: row.last_use_time ?? undefined,
    revokeTime: row.revoke_time ?? undefined,
    parent: row.parent ?? undefined,
  };
}
