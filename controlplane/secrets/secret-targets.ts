import { childName, parseScope } from "../../common/resource-name.ts";
import { requireReference } from "../database/references.ts";
import type { Db, SecretRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";
import { nameOfRow } from "./secret-name.ts";

// Which projects and workspaces an organization's secret is limited to. Stored are their uids, as a later project or workspace of
// the same name is another one; shown are the names they have. `null` is no limit, an empty list limits the secret to nothing.

/** Uids, or undefined for no limit. */
export function targetsOf(row: Pick<SecretRow, "only_targets">): readonly string[] | undefined {
  return (JSON.parse(row.only_targets) as string[] | null) ?? undefined;
}

/** What a row stores. */
export function targetsText(uids: readonly string[] | undefined): string {
  return JSON.stringify(uids ?? null);
}

/**
 * The uids of projects and workspaces of the organization, sorted.
 * @param names undefined: no limit
 * @throws KeyholdError `precondition` if one does not exist
 */
export async function uidsOfTargets(
  db: Db,
  organization: string,
  names: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (names === undefined) return undefined;
  const uids: string[] = [];
  for (const name of names) {
    const scope = parseScope(name, "secret.only");
    const table = scope.level === "project" ? "projects" : "workspaces";
    const id = await requireReference(db, organization, table, scope.name, "secret.only");
    const row = await db
      .selectFrom(table)
      .select("uid")
      .where("organization", "=", organization)
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    uids.push(row.uid);
  }
  return [...new Set(uids)].sort();
}

/** Uids in one query: below the limit on parameters of every database. */
const BATCH = 500;

/** Resource names by uid of every project and workspace that one of the rows names. */
export async function namesOfTargets(
  db: Db,
  rows: readonly Pick<SecretRow, "only_targets">[],
): Promise<ReadonlyMap<string, string>> {
  const uids = [...new Set(rows.flatMap((row) => targetsOf(row) ?? []))];
  const names = new Map<string, string>();
  for (let at = 0; at < uids.length; at += BATCH) {
    const some = uids.slice(at, at + BATCH);
    for (const table of ["projects", "workspaces"] as const) {
      const found = await db
        .selectFrom(table)
        .select(["organization", "id", "uid"])
        .where("uid", "in", some)
        .execute();
      for (const { organization, id, uid } of found) names.set(uid, childName(organization, table, id).name);
    }
  }
  return names;
}

/**
 * Takes a project or workspace that is deleted out of the limits that name it, also of secrets that can be restored. A limit
 * that becomes empty stays one: the secret reaches nothing any more.
 */
export async function forgetTarget(tx: Writing, organization: string, uid: string): Promise<void> {
  const rows = await tx.db
    .selectFrom("secrets")
    .selectAll()
    .where("organization", "=", organization)
    .where("level", "=", "organization")
    .where("only_targets", "like", `%${uid}%`)
    .orderBy("id")
    .execute();
  for (const row of rows) {
    const rest = targetsOf(row)?.filter((each) => each !== uid);
    await tx.db
      .updateTable("secrets")
      .set({ only_targets: targetsText(rest), revision: tx.revision })
      .where("uid", "=", row.uid)
      .execute();
    tx.changed("secret", "updated", organization, nameOfRow(row).name);
  }
}
