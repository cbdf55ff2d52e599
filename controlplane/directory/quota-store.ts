import { organizationName, parseChildName, type Scope, shortName } from "../../common/resource-name.ts";
import type { Db } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import type { QuotaStore } from "./directory.ts";
import { limitOf, overQuota, type QuotaName, type QuotaSettings } from "./quotas.ts";

const TABLES = {
  projects: "projects",
  users: "users",
  "service-accounts": "service_accounts",
  workspaces: "workspaces",
} as const;

export class KyselyQuotaStore implements QuotaStore {
  readonly #session: Session;
  readonly #now: () => number;

  constructor(session: Session, now: () => number = Date.now) {
    this.#session = session;
    this.#now = now;
  }

  limit(organization: string, name: QuotaName): Promise<number> {
    return this.#session.read(async (db) => limitOf(await settingsOf(db, organization), name));
  }

  require(organization: string, name: keyof typeof TABLES | "nodes" | "join-tokens"): Promise<void> {
    const where = `organization ${shortName(organizationName(organization))}`;
    return this.#require(organization, name, where, (db) => this.#countIn(db, organization, name));
  }

  requireSecrets({ organization, level, id, name }: Scope): Promise<void> {
    return this.#require(organization, "secrets-per-scope", `${level} ${shortName(name)}`, (db) =>
      counted(
        db
          .selectFrom("secrets")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .where("level", "=", level)
          .where("scope_id", "=", id),
      ),
    );
  }

  requireWorkspaces(organization: string, owner: string): Promise<void> {
    return this.#require(organization, "workspaces-per-user", `user ${shortName(owner)}`, (db) =>
      counted(
        db
          .selectFrom("workspaces")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .where("owner", "=", parseChildName(owner, "users").id),
      ),
    );
  }

  requireTokens(organization: string, principal: string): Promise<void> {
    return this.#require(organization, "tokens-per-principal", shortName(principal), (db) =>
      counted(
        db
          .selectFrom("tokens")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .where("principal", "=", principal)
          .where("revoke_time", "is", null)
          .where((e) => e.or([e("expire_time", "is", null), e("expire_time", ">", this.#now())])),
      ),
    );
  }

  #require(
    organization: string,
    name: QuotaName,
    where: string,
    count: (db: Db) => Promise<number>,
  ): Promise<void> {
    return this.#session.read(async (db) => {
      const limit = limitOf(await settingsOf(db, organization), name);
      const found = await count(db);
      if (found > limit) throw overQuota(organization, name, where, found, limit);
    });
  }

  #countIn(
    db: Db,
    organization: string,
    name: keyof typeof TABLES | "nodes" | "join-tokens",
  ): Promise<number> {
    if (name === "nodes") {
      return counted(
        db
          .selectFrom("nodes")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .where("revoke_time", "is", null),
      );
    }
    if (name === "join-tokens") {
      return counted(
        db
          .selectFrom("join_tokens")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("organization", "=", organization)
          .where("revoke_time", "is", null)
          .where("expire_time", ">", this.#now())
          .whereRef("uses", "<", "max_uses"),
      );
    }
    return counted(
      db
        .selectFrom(TABLES[name])
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("organization", "=", organization),
    );
  }
}

/** What the organization has set in its row. */
export function parseQuotas(text: string): QuotaSettings {
  return JSON.parse(text) as QuotaSettings;
}

async function settingsOf(db: Db, organization: string): Promise<QuotaSettings> {
  const row = await db
    .selectFrom("organizations")
    .select("quotas")
    .where("id", "=", organization)
    .executeTakeFirst();
  return row === undefined ? {} : parseQuotas(row.quotas);
}

async function counted(query: { executeTakeFirstOrThrow(): Promise<{ count: number }> }): Promise<number> {
  return Number((await query.executeTakeFirstOrThrow()).count);
}
