import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { type SecretName, shortName } from "../../common/resource-name.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import { eachField, type FieldColumn, rowOfFields } from "../../common/workload/secret-field.ts";
import { requireScope } from "../database/references.ts";
import type { SecretRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";
import { alreadyExists, precondition } from "../database/store-errors.ts";
import type { Fingerprints } from "../keys/fingerprint.ts";
import type { SecretChanges, SecretDraft, SecretFields, SecretWritten } from "./records.ts";
import type { SecretCipher } from "./secret-cipher.ts";
import { refuseClash } from "./secret-clash.ts";
import { findSecret, placeOf, purgeSecret, recordOf } from "./secret-rows.ts";
import {
  checkComment,
  checkName,
  checkValue,
  type SettledFields,
  settleFields,
  warningsOf,
} from "./secret-rules.ts";
import { targetsOf, targetsText, uidsOfTargets } from "./secret-targets.ts";

/** What sealing a value takes. */
export interface Sealing {
  readonly cipher: SecretCipher;
  readonly fingerprints: Fingerprints;
}

export async function createSecret(
  tx: Writing,
  sealing: Sealing,
  name: SecretName,
  draft: SecretDraft,
  by: string,
): Promise<SecretWritten> {
  checkName(draft.kind, name.id);
  checkValue(draft.kind, name.id, draft.value);
  checkComment(draft.comment ?? "");
  const fields = settleFields(name.scope, draft.kind, name.id, draft);
  await requireScope(tx.db, name.scope);
  const targets = await uidsOfTargets(tx.db, name.scope.organization, fields.only);
  await refuseIfTaken(tx, name);
  const uid = randomUUID();
  const marks = await marksOf(tx, sealing, name, draft.value);
  const row: SecretRow = {
    uid,
    organization: name.scope.organization,
    level: name.scope.level,
    scope_id: name.scope.id,
    id: name.id,
    kind: draft.kind,
    ...columnsOf(fields, targets),
    comment: draft.comment ?? "",
    version: 1,
    size: draft.value.size,
    ...marks,
    create_time: tx.now,
    creator: by,
    update_time: tx.now,
    updater: by,
    delete_time: null,
    purge_time: null,
    revision: tx.revision,
  };
  await refuseClash(tx.db, row);
  await tx.db.insertInto("secrets").values(row).execute();
  await insertVersion(tx, sealing, name, row, draft.value, null);
  tx.changed("secret", "created", row.organization, name.name);
  return {
    secret: await recordOf(tx.db, row, sealing.fingerprints),
    warnings: warningsOf(draft.kind, name.id, textual(draft.kind, draft.value)),
    changed: true,
  };
}

export async function updateSecret(
  tx: Writing,
  sealing: Sealing,
  name: SecretName,
  row: SecretRow,
  changes: SecretChanges,
  by: string,
): Promise<SecretWritten> {
  const before = await recordOf(tx.db, row, sealing.fingerprints);
  if (changes.kind !== undefined && changes.kind !== before.kind) throw kindIsFixed(name, before.kind);
  checkComment(changes.comment ?? "");
  if (changes.value !== undefined) checkValue(before.kind, name.id, changes.value);
  const settled = settleFields(name.scope, before.kind, name.id, merged(before, changes));
  // A limit that is not written stays as it is, also one whose projects and workspaces are all gone.
  const targets =
    changes.only === undefined ? targetsOf(row) : await uidsOfTargets(tx.db, row.organization, settled.only);
  const columns = columnsOf(settled, targets);
  const value = isNew(sealing, row, changes.value) ? changes.value : undefined;
  const comment = commentAfter(row, changes, value !== undefined);
  const same = value === undefined && comment === row.comment && equalColumns(row, columns);
  if (same) return { secret: before, warnings: warningsOf(row.kind, name.id), changed: false };
  const updated = { ...row, ...columns, comment };
  if (!equalColumns(row, columns)) await refuseClash(tx.db, updated);
  return value === undefined
    ? writeFields(tx, sealing, name, updated, by)
    : writeVersion(tx, sealing, name, updated, value, by, null);
}

/** Writes `value` as the next version of `row`, together with whatever else of the row was changed. */
export async function writeVersion(
  tx: Writing,
  sealing: Sealing,
  name: SecretName,
  row: SecretRow,
  value: SecretValue,
  by: string,
  rollbackOf: number | null,
): Promise<SecretWritten> {
  const next: SecretRow = {
    ...row,
    version: row.version + 1,
    size: value.size,
    ...(await marksOf(tx, sealing, name, value)),
  };
  await insertVersion(tx, sealing, name, { ...next, updater: by }, value, rollbackOf);
  const written = await writeFields(tx, sealing, name, next, by);
  return rollbackOf === null
    ? { ...written, warnings: warningsOf(row.kind, name.id, textual(row.kind, value)) }
    : written;
}

/** The value where its characters are worth a warning: a file may hold any text. */
function textual(kind: string, value: SecretValue): SecretValue | undefined {
  return kind === "file" ? undefined : value;
}

/** What tells the value from others. A value that nodes were told of before keeps what they know it by. */
async function marksOf(
  tx: Writing,
  { fingerprints }: Sealing,
  { scope }: SecretName,
  value: SecretValue,
): Promise<Pick<SecretRow, "fingerprint" | "told_fingerprint">> {
  const fingerprint = fingerprints.of(scope.organization, value);
  const known = await tx.db
    .selectFrom("secret_versions")
    .select("told_fingerprint")
    .where("fingerprint", "=", fingerprint)
    .limit(1)
    .executeTakeFirst();
  return { fingerprint, told_fingerprint: known?.told_fingerprint ?? null };
}

async function writeFields(
  tx: Writing,
  sealing: Sealing,
  name: SecretName,
  row: SecretRow,
  by: string,
): Promise<SecretWritten> {
  const next = { ...row, update_time: tx.now, updater: by, revision: tx.revision };
  const { uid, ...columns } = next;
  await tx.db.updateTable("secrets").set(columns).where("uid", "=", uid).execute();
  await tx.db
    .updateTable("secret_versions")
    .set({ comment: next.comment })
    .where("secret_uid", "=", uid)
    .where("version", "=", next.version)
    .execute();
  tx.changed("secret", "updated", row.organization, name.name);
  return {
    secret: await recordOf(tx.db, next, sealing.fingerprints),
    warnings: warningsOf(row.kind, name.id),
    changed: true,
  };
}

async function insertVersion(
  tx: Writing,
  sealing: Sealing,
  name: SecretName,
  row: SecretRow,
  value: SecretValue,
  rollbackOf: number | null,
): Promise<void> {
  await tx.db
    .insertInto("secret_versions")
    .values({
      secret_uid: row.uid,
      version: row.version,
      create_time: tx.now,
      creator: row.updater,
      comment: row.comment,
      size: row.size,
      fingerprint: row.fingerprint,
      told_fingerprint: row.told_fingerprint,
      rollback_of: rollbackOf,
      ...(await sealing.cipher.seal(placeOf(name, row.uid), row.version, value)),
    })
    .execute();
}

async function refuseIfTaken(tx: Writing, name: SecretName): Promise<void> {
  const present = await findSecret(tx.db, name);
  if (present === undefined) return;
  if (present.delete_time === null) {
    throw alreadyExists("secret", name.name, "write a new version of it with UpdateSecret");
  }
  // Its time to be restored is over; that it was not swept yet is nobody's concern.
  if ((present.purge_time ?? 0) <= tx.now) return purgeSecret(tx, present);
  const until = new Date(present.purge_time ?? 0).toISOString();
  throw new KeyholdError({
    code: "exists",
    message: `secret ${shortName(name.name)} was deleted and can be restored until ${until}`,
    next: `restore it with UndeleteSecret, or purge it with: keyhold secret delete ${shortName(name.scope.name)} ${name.id} --purge`,
  });
}

function kindIsFixed(name: SecretName, kind: string): KeyholdError {
  return precondition(
    `secret ${shortName(name.name)} is of kind ${kind}, which cannot change`,
    "delete and purge it, then create it with the other kind",
    "secret.kind",
  );
}

function isNew(sealing: Sealing, row: SecretRow, value: SecretValue | undefined): boolean {
  return value !== undefined && sealing.fingerprints.of(row.organization, value) !== row.fingerprint;
}

/** A comment says why a version was written. With a value that is no news nothing is written, so it says nothing. */
function commentAfter(row: SecretRow, changes: SecretChanges, isVersion: boolean): string {
  if (isVersion) return changes.comment ?? "";
  return changes.value === undefined ? (changes.comment ?? row.comment) : row.comment;
}

function merged(before: SecretFields, changes: SecretChanges): SecretFields {
  const delivered = eachField((name) => pick<string | number | undefined>(changes[name], before[name]));
  return { ...delivered, only: pick(changes.only, before.only) };
}

/** undefined keeps, null is the default. */
function pick<T>(change: T | null | undefined, before: T): T | undefined {
  if (change === undefined) return before;
  return change ?? undefined;
}

type Columns = Pick<SecretRow, FieldColumn | "only_targets">;

function columnsOf({ delivered }: SettledFields, targets: readonly string[] | undefined): Columns {
  return { ...rowOfFields(delivered), only_targets: targetsText(targets) };
}

function equalColumns(row: SecretRow, columns: Columns): boolean {
  return (Object.keys(columns) as (keyof Columns)[]).every((column) => row[column] === columns[column]);
}
