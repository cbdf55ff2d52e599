import { MAX_VALUE_BYTES, MAX_VARIABLE_BYTES, variableBytes } from "./limits.ts";
import { canonicalPath } from "./paths.ts";
import type { DeliveredFields, FieldName } from "./secret-field.ts";

/** How a container is given a secret. `nothing`: only by reading the value, with the permission for it. */
export type Delivery = "variable" | "file" | "registry" | "nothing";

interface KindEntry {
  /** In the API. */
  readonly proto: `SECRET_KIND_${string}`;
  readonly delivery: Delivery;
  readonly fields: readonly FieldName[];
  /** Whether its name is the name of a variable, with the reserved ones left out. */
  readonly isVariable: boolean;
  /** Whether its value has to be UTF-8 without NUL, and what to do where it is not. */
  readonly text: false | { readonly otherwise: string };
  readonly mayBeEmpty: boolean;
  /** Whether a label or a reference may give its value as a variable. */
  readonly referable: boolean;
  readonly maxBytes: (id: string) => number;
  /** What to do about a value that is larger. */
  readonly ifTooLarge: string;
  /** What only one secret of a target can have, such as `registry ghcr.io`. Undefined: nothing. */
  readonly placeOf?: (fields: DeliveredFields) => string;
  /** Words of the console and of the command line. */
  readonly label: string;
  readonly lands: string;
  readonly landsAs: (id: string, fields: DeliveredFields) => string;
  readonly exampleName: string;
  readonly valueLabel: string;
  readonly valueHelp: string;
}

const FILE_ROW = {
  delivery: "file",
  fields: ["path", "mode", "ownerUid", "ownerGid"],
  isVariable: false,
  mayBeEmpty: true,
  maxBytes: () => MAX_VALUE_BYTES,
  ifTooLarge: "shorten it",
  placeOf: ({ path = "" }) => `path ${canonicalPath(path)}`,
  landsAs: (_, { path = "" }) => path,
} as const satisfies Partial<KindEntry>;

/**
 * The kinds of secrets. A new kind is a new entry here and a value of the enum `SecretKind`; with a new way of delivery also the code
 * that plans it (plan.ts) and the agent's code that applies it.
 */
const SECRET_KINDS = {
  env: {
    proto: "SECRET_KIND_ENV",
    delivery: "variable",
    fields: [],
    isVariable: true,
    text: { otherwise: "store it as a file, or encode it" },
    mayBeEmpty: true,
    referable: true,
    maxBytes: (id) => MAX_VARIABLE_BYTES - variableBytes(id, 0),
    ifTooLarge: "shorten it, or store it as a file",
    label: "Variable",
    lands: "An environment variable, in the first process and in every docker exec",
    landsAs: (id) => `$${id}`,
    exampleName: "DATABASE_PASSWORD",
    valueLabel: "Value",
    valueHelp: "Text of any number of lines.",
  },
  file: {
    ...FILE_ROW,
    proto: "SECRET_KIND_FILE",
    text: false,
    referable: true,
    label: "File",
    lands: "A file in memory, never on disk",
    exampleName: "tls.crt",
    valueLabel: "Content",
    valueHelp: "Paste the text, or take the file itself: it arrives byte for byte.",
  },
  registry: {
    proto: "SECRET_KIND_REGISTRY",
    delivery: "registry",
    fields: ["registry", "username"],
    isVariable: false,
    text: { otherwise: "encode it as UTF-8" },
    mayBeEmpty: false,
    referable: false,
    maxBytes: () => MAX_VARIABLE_BYTES,
    ifTooLarge: "shorten it",
    placeOf: ({ registry }) => `registry ${registry}`,
    label: "Registry",
    lands: "A sign-in to a container registry, for docker pull and push",
    landsAs: (_, { registry, username }) => `${username}@${registry}`,
    exampleName: "ghcr",
    valueLabel: "Password or token",
    valueHelp: "What you would give to docker login.",
  },
  opaque: {
    proto: "SECRET_KIND_OPAQUE",
    delivery: "nothing",
    fields: [],
    isVariable: false,
    text: false,
    mayBeEmpty: true,
    referable: false,
    maxBytes: () => MAX_VALUE_BYTES,
    ifTooLarge: "shorten it",
    label: "Opaque",
    lands: "Nowhere: only for those who may read the value",
    landsAs: () => "-",
    exampleName: "RECOVERY_CODES",
    valueLabel: "Value",
    valueHelp: "Text, or any file.",
  },
} as const satisfies Readonly<Record<string, KindEntry>>;

export type SecretKind = keyof typeof SECRET_KINDS;
/** The kinds that reach a node. */
export type DeliveredKind = {
  [K in SecretKind]: (typeof SECRET_KINDS)[K]["delivery"] extends "nothing" ? never : K;
}[SecretKind];
export type KindMessage = (typeof SECRET_KINDS)[SecretKind]["proto"];

export const KIND_NAMES = Object.keys(SECRET_KINDS) as readonly SecretKind[];
export const DELIVERED_KINDS: readonly DeliveredKind[] = KIND_NAMES.filter(isDelivered);

export function kindEntry(kind: SecretKind): KindEntry {
  return SECRET_KINDS[kind];
}

export function isDelivered(kind: SecretKind): kind is DeliveredKind {
  return kindEntry(kind).delivery !== "nothing";
}

/** `SECRET_KIND_ENV` -> `env`. Undefined for a kind that this release does not know. */
export function kindOfMessage(message: string | undefined): SecretKind | undefined {
  return KIND_NAMES.find((kind) => SECRET_KINDS[kind].proto === message);
}

/** `env` -> `SECRET_KIND_ENV` */
export function kindMessage(kind: SecretKind): KindMessage {
  return SECRET_KINDS[kind].proto;
}

export function deliveryOfKind(kind: SecretKind): Delivery {
  return kindEntry(kind).delivery;
}
