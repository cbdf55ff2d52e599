import { KeyholdError } from "../../../common/errors.ts";
import type { SecretName } from "../../../common/resource-name.ts";
import { FIELD_NAMES, type FieldName, SECRET_FIELDS } from "../../../common/workload/secret-field.ts";
import {
  KIND_NAMES,
  type KindMessage,
  kindEntry,
  kindMessage,
  type SecretKind,
} from "../../../common/workload/secret-kind.ts";
import type { Secret } from "../../../proto/gen/keyhold/v1/Secret.ts";
import { parseOnly } from "../../input/names.ts";
import { parseCount, parseMode } from "../../input/numbers.ts";

type FieldFlag = (typeof SECRET_FIELDS)[FieldName]["flag"];

export interface SetOptions extends Readonly<Partial<Record<FieldFlag, string>>> {
  readonly kind?: string;
  readonly fromFile?: string;
  readonly only?: string;
  readonly comment?: string;
}

/** What is to be written beside the value. */
export interface Change {
  readonly fields: Readonly<Secret> & { readonly name: string };
  /** Names of the fields, in the API's spelling. */
  readonly mask: readonly string[];
  /** As it was asked for. */
  readonly kind: KindMessage | undefined;
  /** For a secret that does not exist yet. */
  readonly kindIfNew: KindMessage;
}

/**
 * What the flags of `secret set` ask for.
 * @throws KeyholdError `invalid`
 */
export function changeOf(name: SecretName, options: SetOptions): Change {
  refuseStrayFlags(options);
  const given: [keyof Secret & string, string, unknown][] = [
    ...FIELD_NAMES.map((field): [FieldName, string, unknown] => [
      field,
      SECRET_FIELDS[field].column,
      readField(field, options),
    ]),
    ["only", "only", map(options.only, (text) => parseLimit(text, name))],
    ["comment", "comment", options.comment],
  ];
  const set = given.filter(([, , value]) => value !== undefined);
  const kind = KIND_NAMES.find((each) => each === options.kind);
  return {
    fields: { name: name.name, ...Object.fromEntries(set.map(([key, , value]) => [key, value])) },
    mask: set.map(([, path]) => path),
    kind: kind && kindMessage(kind),
    kindIfNew: kindMessage(impliedKind(options)),
  };
}

/** @throws KeyholdError `invalid` for what is not a number */
function readField(field: FieldName, options: SetOptions): string | number | undefined {
  const entry = SECRET_FIELDS[field];
  const text = options[entry.flag];
  if (text === undefined || entry.type === "text") return text;
  const flag = `--${entry.flag}`;
  return entry.base === 8 ? parseMode(text, flag) : parseCount(text, flag, { from: 0, to: entry.max });
}

/** The kind of a new secret without `--kind`: the first that has one of the flags. */
function impliedKind(options: SetOptions): SecretKind {
  return kindsWithFlags(options)[0] ?? "env";
}

function kindsWithFlags(options: SetOptions): readonly SecretKind[] {
  return KIND_NAMES.filter((kind) => flagsOf(kind, options).length > 0);
}

function flagsOf(kind: SecretKind, options: SetOptions): readonly string[] {
  return kindEntry(kind)
    .fields.map((field) => SECRET_FIELDS[field].flag)
    .filter((flag) => options[flag] !== undefined);
}

/** A flag of one kind beside another kind is a mistake that would otherwise go unnoticed. */
function refuseStrayFlags(options: SetOptions): void {
  const given = FIELD_NAMES.filter((field) => options[SECRET_FIELDS[field].flag] !== undefined);
  const [first] = given;
  if (first === undefined) return;
  const kind = KIND_NAMES.find((each) => each === options.kind) ?? ownersOf(first)[0];
  const stray = given.find((field) => kind !== undefined && !kindEntry(kind).fields.includes(field));
  if (stray === undefined) return;
  const { flag } = SECRET_FIELDS[stray];
  const owners = ownersOf(stray).join(" or ");
  throw new KeyholdError({
    code: "invalid",
    field: `--${flag}`,
    message: `--${flag} is for secrets of kind ${owners}, and this one is of kind ${kind}`,
    next: `leave --${flag} out, or use --kind ${owners}; see keyhold secret set --help`,
  });
}

function ownersOf(field: FieldName): readonly SecretKind[] {
  return KIND_NAMES.filter((kind) => kindEntry(kind).fields.includes(field));
}

/** `all` takes the limit away. */
function parseLimit(text: string, name: SecretName): string[] {
  if (name.scope.level !== "organization") {
    throw new KeyholdError({
      code: "invalid",
      field: "--only",
      message: `--only is for secrets of an organization, and ${name.scope.level} secrets have one place already`,
      next: "leave --only out",
    });
  }
  return text === "all" ? [] : parseOnly(text, name.scope.organization);
}

function map<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
