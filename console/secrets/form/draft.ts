import type { Request } from "../../api/call.ts";
import { base64, textBytes } from "../../api/json.ts";
import { idOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { type Kind, kindMessage, kindOf } from "../kinds.ts";

/** What is typed, or the bytes of a file that was chosen. */
export type Value = { readonly text: string } | { readonly file: string; readonly bytes: Uint8Array };

/** The form as it is filled in: texts, so that what is typed is what is checked. */
export interface Draft {
  readonly id: string;
  readonly kind: Kind;
  readonly value: Value;
  readonly path: string;
  /** Octal. */
  readonly mode: string;
  readonly ownerUid: string;
  readonly ownerGid: string;
  readonly registry: string;
  readonly username: string;
  /** Resource names; none means everybody. */
  readonly only: readonly string[];
  readonly comment: string;
  readonly rollbackOnFailure: boolean;
}

export const NEW_DRAFT: Draft = {
  id: "",
  kind: "env",
  value: { text: "" },
  path: "",
  mode: "",
  ownerUid: "",
  ownerGid: "",
  registry: "",
  username: "",
  only: [],
  comment: "",
  rollbackOnFailure: false,
};

/** A stored secret's fields; its value is not known here and stays as it is unless another is given. */
export function draftOf(secret: Secret): Draft {
  const number = (given: number | string | undefined) => (given === undefined ? "" : String(given));
  return {
    ...NEW_DRAFT,
    id: idOf(secret.name ?? ""),
    kind: kindOf(secret.kind),
    path: secret.path ?? "",
    mode: secret.mode === undefined ? "" : octal(Number(secret.mode)),
    ownerUid: number(secret.ownerUid),
    ownerGid: number(secret.ownerGid),
    registry: secret.registry ?? "",
    username: secret.username ?? "",
    only: secret.only ?? [],
  };
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

export function hasValue(value: Value): boolean {
  return "file" in value || value.text !== "";
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
  const value = hasValue(draft.value) ? { value: base64(bytesOf(draft.value)) } : {};
  const mask = [
    ...changed,
    ...(hasValue(draft.value) ? ["value"] : []),
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

const MASKED = ["path", "mode", "ownerUid", "ownerGid", "registry", "username", "only"] as const;

/** What belongs to the kind; a number that is none is sent as it is, for the server to say what is wrong with it. */
function fieldsOf(draft: Draft) {
  const { kind, only, comment } = draft;
  return {
    ...(kind === "file" ? { path: draft.path, ...ownerOf(draft) } : {}),
    ...(kind === "registry" ? { registry: draft.registry, username: draft.username } : {}),
    only,
    comment,
  };
}

function ownerOf({ mode, ownerUid, ownerGid }: Draft) {
  return {
    ...(mode === "" ? {} : { mode: numberOf(mode, 8) }),
    ...(ownerUid === "" ? {} : { ownerUid: numberOf(ownerUid, 10) }),
    ...(ownerGid === "" ? {} : { ownerGid: numberOf(ownerGid, 10) }),
  };
}

function numberOf(text: string, base: 8 | 10): number | string {
  const digits = base === 8 ? /^[0-7]+$/ : /^\d+$/;
  return digits.test(text.trim()) ? Number.parseInt(text, base) : text;
}
