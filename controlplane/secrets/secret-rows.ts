import { KeyholdError } from "../../common/errors.ts";
import { type Scope, type SecretName, shortName } from "../../common/resource-name.ts";
import { fieldsOfRow } from "../../common/workload/secret-field.ts";
import type { SecretKind } from "../../common/workload/secret-kind.ts";
import type { Db, SecretRow, SecretVersionRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";
import { etagOf, notFound } from "../database/store-errors.ts";
import type { Fingerprints } from "../keys/fingerprint.ts";
import { forgetScope } from "./forget-scope.ts";
import type { SecretRecord, SecretVersionRecord } from "./records.ts";
import type { SealedValue, SecretPlace } from "./secret-cipher.ts";
import { nameOfRow } from "./secret-name.ts";
import { namesOfTargets, targetsOf } from "./secret-targets.ts";

// Rows of secrets: finding, removing, and what they mean.

export function secretsIn(db: Db, scope: Scope) {
  return db
    .selectFrom("secrets")
    .selectAll()
    .where("organization", "=", scope.organization)
    .where("level", "=", scope.level)
    .where("scope_id", "=", scope.id);
}

/** Also if it is deleted. */
export async function findSecret(db: Db, { scope, id }: SecretName): Promise<SecretRow | undefined> {
  return secretsIn(db, scope).where("id", "=", id).executeTakeFirst();
}

/** @throws KeyholdError `not-found`, also if it is deleted: then it says so */
export async function requireSecret(db: Db, name: SecretName): Promise<SecretRow> {
  const row = await findSecret(db, name);
  if (row === undefined) throw notFound("secret", name.name);
  if (row.delete_time !== null) throw deleted(name);
  return row;
}

function deleted(name: SecretName): KeyholdError {
  return new KeyholdError({
    code: "not-found",
    message: `secret ${shortName(name.name)} is deleted`,
    next: "restore it with UndeleteSecret, or write it again after purging it",
  });
}

/** Including those that are deleted and can be restored. */
export async function countSecrets(db: Db, scope: Scope): Promise<number> {
  const row = await db
    .selectFrom("secrets")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("organization", "=", scope.organization)
    .where("level", "=", scope.level)
    .where("scope_id", "=", scope.id)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Removes all secrets of a scope that is going away, for good. */
export async function purgeScope(tx: Writing, scope: Scope): Promise<void> {
  const rows = await secretsIn(tx.db, scope).orderBy("id").execute();
  for (const row of rows) await purgeSecret(tx, row);
  await forgetScope(tx, scope);
}

/** Its versions go with it. */
export async function purgeSecret(tx: Writing, row: SecretRow): Promise<void> {
  await tx.db.deleteFrom("secrets").where("uid", "=", row.uid).execute();
  const { name } = nameOfRow(row);
  tx.removed.set(name, { resourceUid: row.uid });
  tx.changed("secret", "purged", row.organization, name);
}

/** What nodes know a value by. */
export type ToldFingerprints = Pick<Fingerprints, "told">;

export function placeOf(name: SecretName, uid: string): SecretPlace {
  return { organization: name.scope.organization, scope: name.scope.name, secret: name.id, uid };
}

/** What a row says, with the names that the projects and workspaces it is limited to have now. */
export async function recordOf(
  db: Db,
  row: SecretRow,
  fingerprints: ToldFingerprints,
): Promise<SecretRecord> {
  return recordWith(row, await namesOfTargets(db, [row]), fingerprints);
}

/** The same for many, in their order. */
export async function recordsOf(
  db: Db,
  rows: readonly SecretRow[],
  fingerprints: ToldFingerprints,
): Promise<SecretRecord[]> {
  const names = await namesOfTargets(db, rows);
  return rows.map((row) => recordWith(row, names, fingerprints));
}

function recordWith(
  row: SecretRow,
  names: ReadonlyMap<string, string>,
  fingerprints: ToldFingerprints,
): SecretRecord {
  const { scope, id, name } = nameOfRow(row);
  return {
    name,
    id,
    scope,
    uid: row.uid,
    kind: row.kind as SecretKind,
    ...fieldsOfRow(row),
    // What is gone is left out: it narrows the limit, and never lifts it.
    only: targetsOf(row)
      ?.flatMap((uid) => names.get(uid) ?? [])
      .sort(),
    comment: row.comment,
    version: row.version,
    size: row.size,
    fingerprint: fingerprints.told(row),
    createTime: row.create_time,
    creator: row.creator,
    updateTime: row.update_time,
    updater: row.updater,
    deleteTime: row.delete_time ?? undefined,
    purgeTime: row.purge_time ?? undefined,
    etag: etagOf(row),
    revision: row.revision,
  };
}

/** The columns of a version that a list shows. */
export type ListedVersion = Omit<SecretVersionRow, keyof SealedValue | "fingerprint" | "told_fingerprint">;

export function versionRecordOf(name: string, row: ListedVersion): SecretVersionRecord {
  return {
    name: `${name}/versions/${row.version}`,
    version: row.version,
    createTime: row.create_time,
    creator: row.creator,
    comment: row.comment,
    size: row.size,
    rollbackOf: row.rollback_of ?? undefined,
  };
}
