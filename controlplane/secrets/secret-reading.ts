import { sql } from "kysely";
import { freeBytes } from "../../common/files/free-bytes.ts";
import { LEVELS, type Scope, type SecretName, scopeOf } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Db, SecretRow } from "../database/schema.ts";
import { notFound } from "../database/store-errors.ts";
import type { AccessedSecret, DeliveredSizes, SecretRecord, SecretVersionRecord } from "./records.ts";
import type { SecretCipher } from "./secret-cipher.ts";
import { nameOfRow } from "./secret-name.ts";
import {
  placeOf,
  recordsOf,
  requireSecret,
  secretsIn,
  type ToldFingerprints,
  versionRecordOf,
} from "./secret-rows.ts";

// The questions about secrets, each as a function of the database.

export async function listSecrets(
  db: Db,
  scope: Scope,
  page: PageRequest & { search?: string | undefined; showDeleted?: boolean | undefined },
  fingerprints: ToldFingerprints,
): Promise<Page<SecretRecord>> {
  const search = page.search ?? "";
  const list = JSON.stringify(["secrets", scope.name, search, page.showDeleted === true]);
  const start = startOf(page, list);
  let query = secretsIn(db, scope);
  if (page.showDeleted !== true) query = query.where("delete_time", "is", null);
  if (search !== "") query = query.where(sql<boolean>`lower(id) like ${containing(search)} escape '\\'`);
  if (start.after !== undefined) query = query.where("id", ">", start.after);
  const rows = await query.orderBy("id").limit(start.limit).execute();
  const found = pageOf(rows, start, list, { key: (row) => row.id, item: (row) => row });
  return { ...found, items: await recordsOf(db, found.items, fingerprints) };
}

/** `_` is in nearly every name and means "any character" to LIKE. */
function containing(search: string): string {
  return `%${search.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
}

export async function listVersions(
  db: Db,
  name: SecretName,
  page: PageRequest,
): Promise<Page<SecretVersionRecord>> {
  const row = await requireSecret(db, name);
  const list = JSON.stringify(["versions", name.name, row.uid]);
  const start = startOf(page, list);
  let query = db
    .selectFrom("secret_versions")
    .select(["secret_uid", "version", "create_time", "creator", "comment", "size", "rollback_of"])
    .where("secret_uid", "=", row.uid);
  if (start.after !== undefined) query = query.where("version", "<", Number(start.after));
  const rows = await query.orderBy("version", "desc").limit(start.limit).execute();
  return pageOf(rows, start, list, {
    key: (version) => String(version.version),
    item: (version) => versionRecordOf(name.name, version),
  });
}

/** See `SecretStore.valueTime`. */
export async function valueTimeOf(db: Db, row: SecretRow, version: number): Promise<number> {
  let at = version;
  // A rollback goes back to a smaller number, so this ends.
  for (;;) {
    const found: { create_time: number; rollback_of: number | null } | undefined = await db
      .selectFrom("secret_versions")
      .select(["create_time", "rollback_of"])
      .where("secret_uid", "=", row.uid)
      .where("version", "=", at)
      .executeTakeFirst();
    if (found === undefined) return 0;
    if (found.rollback_of === null) return found.create_time;
    at = found.rollback_of;
  }
}

/** All live secrets of these scopes, in one query for each organization and level. */
export async function candidatesOf(
  db: Db,
  scopes: readonly Scope[],
  fingerprints: ToldFingerprints,
): Promise<readonly SecretRecord[]> {
  if (scopes.length === 0) return [];
  const rows = await db
    .selectFrom("secrets")
    .selectAll()
    .where("delete_time", "is", null)
    .where((e) => e.or(scopes.map((scope) => e.and(columnsOf(scope)))))
    .execute();
  return recordsOf(db, rows, fingerprints);
}

/** See `SecretStore.keptSince`. */
export async function keptSince(db: Db, scopes: readonly Scope[], time: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("secrets")
    .selectAll()
    .where((e) => e.or(scopes.map((scope) => e.and(columnsOf(scope)))))
    .where("uid", "in", (e) =>
      e.selectFrom("secret_versions").select("secret_uid").where("create_time", "<=", time),
    )
    .orderBy("id")
    .execute();
  return rows.map((row) => nameOfRow(row).name);
}

function columnsOf({ organization, level, id }: Scope) {
  return { organization, level, scope_id: id };
}

export async function namesakesOf(
  db: Db,
  scope: Scope,
  ids: readonly string[],
  fingerprints: ToldFingerprints,
): Promise<readonly SecretRecord[]> {
  const levels = LEVELS.slice(0, LEVELS.indexOf(scope.level));
  if (levels.length === 0 || ids.length === 0) return [];
  const rows = await db
    .selectFrom("secrets")
    .selectAll()
    .where("organization", "=", scope.organization)
    .where("level", "in", levels)
    .where("id", "in", ids)
    .where("delete_time", "is", null)
    .orderBy("scope_id")
    .execute();
  const place = (row: SecretRow) => levels.indexOf(row.level as Scope["level"]);
  return recordsOf(
    db,
    rows.sort((a, b) => place(a) - place(b)),
    fingerprints,
  );
}

/** Names of `env` secrets are ASCII, so that their characters are bytes. */
export async function deliveredSizesOf(
  db: Db,
  organization: string,
): Promise<ReadonlyMap<string, DeliveredSizes>> {
  const rows = await db
    .selectFrom("secrets")
    .select([
      "level",
      "scope_id",
      sql<number>`sum(case when kind = 'env' then length(id) + size + 2 else 0 end)`.as("environment"),
      sql<number>`sum(size)`.as("values"),
    ])
    .where("organization", "=", organization)
    .where("kind", "<>", "opaque")
    .where("delete_time", "is", null)
    .groupBy(["level", "scope_id"])
    .execute();
  const nameOf = (row: { level: string; scope_id: string }) =>
    scopeOf(row.level as Scope["level"], organization, row.scope_id).name;
  return new Map(
    rows.map((row) => [nameOf(row), { environment: Number(row.environment), values: Number(row.values) }]),
  );
}

/**
 * Decrypts one version.
 * @throws KeyholdError `not-found` if there is no such version
 */
export async function openVersion(
  db: Db,
  cipher: SecretCipher,
  row: SecretRow,
  version: number,
): Promise<AccessedSecret> {
  const name = nameOfRow(row);
  const found = await db
    .selectFrom("secret_versions")
    .select(["sealed", "key_id", "wrapped_key", "key_version"])
    .where("secret_uid", "=", row.uid)
    .where("version", "=", version)
    .executeTakeFirst();
  if (found === undefined) throw notFound("version", `${name.name}/versions/${version}`);
  const value = await cipher.open(placeOf(name, row.uid), version, found);
  freeBytes(found.sealed);
  return { name: name.name, version, value };
}
