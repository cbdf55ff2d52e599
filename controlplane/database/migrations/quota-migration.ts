import type { Kysely } from "kysely";

/** What an organization may have more of, or less, than by default: JSON, quota to limit. */
export async function addQuotas(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("organizations")
    .addColumn("quotas", "text", (c) => c.notNull().defaultTo("{}"))
    .execute();
}
