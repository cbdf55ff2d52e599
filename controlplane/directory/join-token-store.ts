import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { checkId } from "../../common/resource-name.ts";
import { requireOrganization, requireReference } from "../database/references.ts";
import type { JoinTokenRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { joinTokenFields } from "./credential-seals.ts";
import type { JoinTokenStore } from "./directory.ts";
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
    expireTime: number;
    hash: string;
    by: string;
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
        max_uses: 1,
        uses: 0,
        revoke_time: null,
        made_with: null,
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
      if (row.use_time !== null) throw refused("used already: it works once");
      if (row.expire_time <= tx.now) throw refused(`expired, at ${new Date(row.expire_time).toISOString()}`);
      await tx.db.updateTable("join_tokens").set({ use_time: tx.now }).where("id", "=", row.id).execute();
      tx.changed("join-token", "updated", row.organization, nameOf(row));
      return recordOf(row);
    });
  }
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
    id: row.id,
    organization: row.organization,
    nodeId: row.node_id ?? undefined,
    projects: JSON.parse(row.projects) as string[],
    createTime: row.create_time,
    creator: row.creator,
    expireTime: row.expire_time,
  };
}
