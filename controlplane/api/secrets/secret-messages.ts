import { SecretValue } from "../../../common/secret-value.ts";
import type { FieldMask__Output } from "../../../proto/gen/google/protobuf/FieldMask.ts";
import type { Secret__Output } from "../../../proto/gen/keyhold/v1/Secret.ts";
import type {
  SecretChanges,
  SecretDraft,
  SecretKind,
  SecretRecord,
  SecretVersionRecord,
} from "../../secrets/records.ts";
import { maskedFields, required, timestamp } from "../edge/fields.ts";

const KIND_OF: Readonly<Record<string, SecretKind>> = {
  SECRET_KIND_ENV: "env",
  SECRET_KIND_FILE: "file",
  SECRET_KIND_REGISTRY: "registry",
  SECRET_KIND_OPAQUE: "opaque",
};

/** `env` -> `SECRET_KIND_ENV` */
export function kindMessage(kind: SecretKind) {
  return `SECRET_KIND_${kind.toUpperCase()}` as "SECRET_KIND_ENV";
}

/** A new secret. The store checks the fields; here they only get its types. */
export function draftIn(given: Secret__Output): SecretDraft {
  return {
    kind: required(KIND_OF[given.kind], "secret.kind"),
    value: SecretValue.of(given.value),
    path: textIn(given.path),
    mode: given.mode,
    ownerUid: given.ownerUid,
    ownerGid: given.ownerGid,
    registry: textIn(given.registry),
    username: textIn(given.username),
    only: given.only.length === 0 ? undefined : given.only,
    comment: textIn(given.comment),
  };
}

/** What an update changes: a field in the mask that is not set goes back to its default. */
export function changesIn(given: Secret__Output, mask: FieldMask__Output | null): SecretChanges {
  const fields = maskedFields(mask, {
    value: given.value.length > 0,
    path: given.path !== "",
    mode: given.mode !== undefined,
    owner_uid: given.ownerUid !== undefined,
    owner_gid: given.ownerGid !== undefined,
    registry: given.registry !== "",
    username: given.username !== "",
    only: given.only.length > 0,
    comment: given.comment !== "",
  });
  const changed = <T>(field: Parameters<typeof fields.has>[0], value: T | undefined) =>
    fields.has(field) ? (value ?? null) : undefined;
  return {
    kind: KIND_OF[given.kind],
    value: fields.has("value") ? SecretValue.of(given.value) : undefined,
    path: changed("path", textIn(given.path)),
    mode: changed("mode", given.mode),
    ownerUid: changed("owner_uid", given.ownerUid),
    ownerGid: changed("owner_gid", given.ownerGid),
    registry: changed("registry", textIn(given.registry)),
    username: changed("username", textIn(given.username)),
    only: fields.has("only") ? given.only : undefined,
    comment: fields.has("comment") ? given.comment : undefined,
  };
}

/** proto3 cannot tell an empty text from none; none of these may be empty. */
function textIn(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/** The API's secret: everything but the value. */
export function secretMessage(record: SecretRecord, warnings: readonly string[] = []) {
  const { name, uid, comment, version, size, creator, updater, etag, revision } = record;
  return {
    name,
    uid,
    kind: kindMessage(record.kind),
    ...placeMessage(record),
    only: [...record.only],
    comment,
    version,
    size,
    createTime: timestamp(record.createTime),
    creator,
    updateTime: timestamp(record.updateTime),
    updater,
    deleteTime: timestamp(record.deleteTime),
    purgeTime: timestamp(record.purgeTime),
    etag,
    revision,
    warnings: [...warnings],
  };
}

/** Where it lands. An optional field that is not set is left out, which differs from 0. */
function placeMessage(record: SecretRecord) {
  return {
    path: record.path ?? "",
    ...(record.mode === undefined ? {} : { mode: record.mode }),
    ...(record.ownerUid === undefined ? {} : { ownerUid: record.ownerUid }),
    ...(record.ownerGid === undefined ? {} : { ownerGid: record.ownerGid }),
    registry: record.registry ?? "",
    username: record.username ?? "",
  };
}

export function versionMessage(record: SecretVersionRecord) {
  const { name, version, creator, comment, size } = record;
  const rollbackOf = record.rollbackOf ?? 0;
  return { name, version, createTime: timestamp(record.createTime), creator, comment, size, rollbackOf };
}
