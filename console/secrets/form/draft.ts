import { FIELD_NAMES, type FieldName, SECRET_FIELDS } from "../../../common/workload/secret-field.ts";
import type { Request } from "../../api/call.ts";
import { base64, textBytes } from "../../api/json.ts";
import { idOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { type Kind, kindEntry, kindMessage, kindOf } from "../kinds.ts";

/** What is typed, or the bytes of a file that was chosen. */
export type Value = { readonly text: string } | { readonly file: string; readonly bytes: Uint8Array };

/** The form as it is filled in: texts, so that what is typed is what is checked. */
export interface Draft extends Readonly<Record<FieldName, string>> {
  readonly id: string;
  readonly kind: Kind;
  readonly value: Value;
  /** Stores an empty value on purpose; without it an empty value is none. */
  readonly storeEmpty: boolean;
  /** Resource names; none means everybody, unless the stored secret is limited to what is deleted. */
  readonly only: readonly string[];
  /** Whether the stored secret has a limit. */
  readonly limited: boolean;
  readonly comment: string;
  readonly rollbackOnFailure: boolean;
}

export const NEW_DRAFT: Draft = {
  id: "",
  kind: "env",
  value: { text: "" },
  storeEmpty: false,
  ...eachFieldText(() => ""),
  only: [],
  limited: false,
  comment: "",
  rollbackOnFailure: false,
};

/** A stored secret's fields; its value is not known here and stays as it is unless another is given. */
export function draftOf(secret: Secret): Draft {
  return {
    ...NEW_DRAFT,
    id: idOf(secret.name ?? ""),
    kind: kindOf(secret.kind),
    ...eachFieldText((name) => textOf(name, secret[name])),
    only: secret.only ?? [],
    limited: secret.limited === true,
  };
}

function textOf(name: FieldName, value: string | number | undefined): string {
  const entry = SECRET_FIELDS[name];
  if (value === undefined) return "";
  return entry.type === "number" && entry.base === 8 ? octal(Number(value)) : String(value);
}

function eachFieldText(read: (name: FieldName) => string): Readonly<Record<FieldName, string>> {
  return Object.fromEntries(FIELD_NAMES.map((name) => [name, read(name)])) as Record<FieldName, string>;
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

export function hasValue(value: Value): boolean {
  return "file" in value ? value.bytes.length > 0 : value.text !== "";
}

/** Whether the draft says what to store: a value, or an empty one on purpose. */
export function givesValue(draft: Draft): boolean {
  return hasValue(draft.value) || draft.storeEmpty;
}

export function bytesOf(value: Value): Uint8Array {
  return "file" in value ? value.bytes : textBytes(value.text);
}

export function creationOf(parent: string, draft: Draft): Request<"SecretService/CreateSecret"> {
  const secret = { ...fieldsOf(draft), kind: kindMessage(draft.kind), value: base64(bytesOf(draft.value)) };
  return { parent, secretId: draft.id, secret, rollbackOnFailure: draft.rollbackOnFailure };
}

/** Only what differs from what is stored is changed, and only while nobody else was faster. */
export function updateOf(secret: Secret, draft: Draft): Request<"SecretService/UpdateSecret"> {
  const before = draftOf(secret);
  const changed = MASKED.filter((name) => String(draft[name]) !== String(before[name]));
  const value = givesValue(draft) ? { value: base64(bytesOf(draft.value)) } : {};
  const mask = [
    ...changed,
    ...(givesValue(draft) ? ["value"] : []),
    ...(draft.comment === "" ? [] : ["comment"]),
  ];
  return {
    secret: { ...fieldsOf(draft), ...value, name: secret.name, kind: secret.kind, etag: secret.etag },
    updateMask: mask.join(","),
    rollbackOnFailure: draft.rollbackOnFailure,
  };
}

/** Whether saving would write anything. */
export function isChange(secret: Secret, draft: Draft): boolean {
  return updateOf(secret, draft).updateMask !== "";
}

const MASKED = [...FIELD_NAMES, "only"] as const;

/** The fields of the kind. A text that is no number is sent as it is, and the server says what is wrong with it. */
function fieldsOf(draft: Draft) {
  const { kind, only, comment } = draft;
  const fields = kindEntry(kind).fields.flatMap((name) => {
    const entry = SECRET_FIELDS[name];
    const text = draft[name];
    if (entry.type === "text") return [[name, text]];
    return text === "" ? [] : [[name, numberOf(text, entry.base)]];
  });
  return { ...Object.fromEntries(fields), only, comment };
}

function numberOf(text: string, base: 8 | 10): number | string {
  const digits = base === 8 ? /^[0-7]+$/ : /^\d+$/;
  return digits.test(text.trim()) ? Number.parseInt(text, base) : text;
}
