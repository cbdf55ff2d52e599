import type { Kysely } from "kysely";

interface Tables {
  secrets: {
    uid: string;
    organization: string;
    level: string;
    only_targets: string;
    update_time: number;
  };
  projects: { organization: string; id: string; uid: string; create_time: number };
  workspaces: { organization: string; id: string; uid: string; create_time: number };
}

/**
 * What a secret is limited to was stored as names, and is stored as uids: a later project or workspace of the same name is another
 * one. A target that was made after the secret was last written cannot be the one that was meant, and is left out. An empty list
 * was no limit, and is `null`.
 */
export async function storeTargetUids(schema: Kysely<unknown>): Promise<void> {
  const db = schema as Kysely<Tables>;
  await db.updateTable("secrets").set({ only_targets: "null" }).where("only_targets", "=", "[]").execute();
  const limited = await db
    .selectFrom("secrets")
    .select(["uid", "organization", "only_targets", "update_time"])
    .where("only_targets", "!=", "null")
    .execute();
  for (const { uid, organization, only_targets, update_time } of limited) {
    const names = JSON.parse(only_targets) as string[];
    const found: string[] = [];
    for (const name of names) {
      const target = await targetOf(db, organization, name);
      if (target !== undefined && target.create_time <= update_time) found.push(target.uid);
    }
    await db
      .updateTable("secrets")
      .set({ only_targets: JSON.stringify(found.sort()) })
      .where("uid", "=", uid)
      .execute();
  }
}

async function targetOf(db: Kysely<Tables>, organization: string, name: string) {
  const [, , collection, id = ""] = name.split("/");
  if (collection !== "projects" && collection !== "workspaces") return undefined;
  return db
    .selectFrom(collection)
    .select(["uid", "create_time"])
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}
