import { SecretValue } from "../../../common/secret-value.ts";
import {
  FIELD_NAMES,
  type FieldColumn,
  fieldsOfMessage,
  SECRET_FIELDS,
  setFields,
} from "../../../common/workload/secret-field.ts";
import { kindMessage, kindOfMessage } from "../../../common/workload/secret-kind.ts";
import type { FieldMask__Output } from "../../../proto/gen/google/protobuf/FieldMask.ts";
import type { Secret__Output } from "../../../proto/gen/keyhold/v1/Secret.ts";
import type { SecretChanges, SecretDraft, SecretRecord, SecretVersionRecord } from "../../secrets/records.ts";
import { maskedFields, required, timestamp } from "../edge/fields.ts";

/** A new secret. The store checks the fields; here they only get its types. */
export function draftIn(given: Secret__Output): SecretDraft {
  return {
    kind: required(kindOfMessage(given.kind), "secret.kind"),
    value: SecretValue.of(given.value),
    ...fieldsOfMessage(given),
    only: given.only.length === 0 ? undefined : given.only,
    comment: textIn(given.comment),
  };
}

/** What an update changes: a field in the mask that is not set goes back to its default. */
export function changesIn(given: Secret__Output, mask: FieldMask__Output | null): SecretChanges {
  const delivered = fieldsOfMessage(given);
  const isSet = FIELD_NAMES.map((name) => [SECRET_FIELDS[name].column, delivered[name] !== undefined]);
  const fields = maskedFields(mask, {
    value: given.value.length > 0,
    ...(Object.fromEntries(isSet) as Record<FieldColumn, boolean>),
    only: given.only.length > 0,
    comment: given.comment !== "",
  });
  const changed = FIELD_NAMES.filter((name) => fields.has(SECRET_FIELDS[name].column)).map(
    (name) => [name, delivered[name] ?? null] as const,
  );
  return {
    kind: kindOfMessage(given.kind),
    value: fields.has("value") ? SecretValue.of(given.value) : undefined,
    ...(Object.fromEntries(changed) as SecretChanges),
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
    ...setFields(record),
    only: [...(record.only ?? [])],
    limited: record.only !== undefined,
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

export function versionMessage(record: SecretVersionRecord) {
  const { name, version, creator, comment, size } = record;
  const rollbackOf = record.rollbackOf ?? 0;
  return { name, version, createTime: timestamp(record.createTime), creator, comment, size, rollbackOf };
}
