import { shortName } from "../../../common/resource-name.ts";
import { fieldsOfMessage } from "../../../common/workload/secret-field.ts";
import { kindEntry, kindOfMessage } from "../../../common/workload/secret-kind.ts";
import type { Secret__Output } from "../../../proto/gen/keyhold/v1/Secret.ts";
import type { SecretVersion__Output } from "../../../proto/gen/keyhold/v1/SecretVersion.ts";
import { formatMode } from "../../input/numbers.ts";
import { enumWord, formatSize, formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";

/** One line for each secret of a scope. */
export const SECRET_COLUMNS: readonly Column<Secret__Output>[] = [
  { title: "Name", cell: (row) => secretId(row.name) },
  { title: "Kind", cell: (row) => enumWord(row.kind) },
  { title: "Lands as", cell: landsAs },
  { title: "Version", cell: (row) => String(row.version) },
  { title: "Size", cell: (row) => formatSize(row.size) },
  { title: "Updated", cell: (row) => formatTime(row.updateTime) },
  { title: "Updated by", cell: (row) => orDash(shortName(row.updater)) },
  { title: "Created by", cell: (row) => orDash(shortName(row.creator)) },
  { title: "Comment", cell: (row) => orDash(row.comment) },
];

/** The same with `deleted` marked, for lists that show it. */
export const DELETED_COLUMN: Column<Secret__Output> = {
  title: "Deleted",
  cell: (row) =>
    row.deleteTime === null
      ? "-"
      : `${formatTime(row.deleteTime)}, restorable until ${formatTime(row.purgeTime)}`,
};

/** Everything about one secret but its value. */
export function detailColumns(secret: Secret__Output): readonly Column<Secret__Output>[] {
  const [name, ...rest] = SECRET_COLUMNS;
  const columns: Column<Secret__Output>[] = [
    { title: name?.title ?? "Name", cell: (row) => shortName(row.name) },
  ];
  columns.push(...rest);
  if (secret.mode !== undefined) columns.push({ title: "Mode", cell: (row) => formatMode(row.mode ?? 0) });
  if (secret.ownerUid !== undefined || secret.ownerGid !== undefined)
    columns.push({ title: "Owner", cell: (row) => `${row.ownerUid ?? "-"}:${row.ownerGid ?? "-"}` });
  if (secret.limited && secret.only.length + secret.onlyOthers === 0)
    columns.push({ title: "Only for", cell: () => "nothing: what it was limited to is deleted" });
  if (secret.only.length + secret.onlyOthers > 0) columns.push({ title: "Only for", cell: onlyFor });
  columns.push({
    title: "Created",
    cell: (row) => formatTime(row.createTime),
  });
  if (secret.deleteTime !== null) columns.push(DELETED_COLUMN);
  return columns;
}

export const VERSION_COLUMNS: readonly Column<SecretVersion__Output>[] = [
  { title: "Version", cell: (row) => String(row.version) },
  { title: "Written", cell: (row) => formatTime(row.createTime) },
  { title: "By", cell: (row) => orDash(shortName(row.creator)) },
  { title: "Size", cell: (row) => formatSize(row.size) },
  { title: "Rollback of", cell: (row) => (row.rollbackOf > 0 ? String(row.rollbackOf) : "-") },
  { title: "Comment", cell: (row) => orDash(row.comment) },
];

function landsAs(secret: Secret__Output): string {
  const kind = kindOfMessage(secret.kind);
  return kind === undefined ? "-" : kindEntry(kind).landsAs(secretId(secret.name), fieldsOfMessage(secret));
}

function secretId(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Those that the caller may see, and how many more there are. */
function onlyFor({ only, onlyOthers }: Secret__Output): string {
  const others = onlyOthers === 0 ? [] : [`${onlyOthers} that you may not see`];
  return [...only.map(shortName), ...others].join(", ");
}
