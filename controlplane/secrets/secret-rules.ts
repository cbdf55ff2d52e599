import { KeyholdError } from "../../common/errors.ts";
import { parseTarget, type Scope } from "../../common/resource-name.ts";
import { isText, type SecretValue } from "../../common/secret-value.ts";
import { obeyedBy } from "../../common/workload/code-variables.ts";
import { MAX_COMMENT_LENGTH, MAX_NAME_LENGTH } from "../../common/workload/limits.ts";
import { isReservedVariable, isSecretName, isVariableName } from "../../common/workload/names.ts";
import {
  type DeliveredFields,
  eachField,
  FIELD_NAMES,
  type FieldName,
  SECRET_FIELDS,
  settleField,
} from "../../common/workload/secret-field.ts";
import { KIND_NAMES, kindEntry, type SecretKind } from "../../common/workload/secret-kind.ts";
import { valueWarnings } from "../../common/workload/value-warnings.ts";
import type { SecretFields } from "./records.ts";

// What a secret may be. Pure: nothing here knows of a database. The fields have their rules in common/workload/secret-field.ts.

const MEANINGLESS =
  /^(?:my|the|new|old)?[_.-]?(?:secret|password|passwd|pass|pwd|key|token|value|val|var|env|test|foo|bar|data|credential|cred)s?[_.-]?\d*$/i;

/** The fields of a secret as they are stored, with defaults filled in. */
export interface SettledFields {
  readonly delivered: DeliveredFields;
  /** Resource names; undefined: no limit. */
  readonly only: readonly string[] | undefined;
}

/** @throws KeyholdError `invalid` */
export function checkName(kind: SecretKind, id: string): void {
  const { isVariable } = kindEntry(kind);
  if (id.length > MAX_NAME_LENGTH) {
    throw invalid(
      "secret_id",
      `the name has ${id.length} characters, the limit is ${MAX_NAME_LENGTH}`,
      "shorten it",
    );
  }
  if (!(isVariable ? isVariableName(id) : isSecretName(id))) {
    const allowed = isVariable ? "letters, digits and '_'" : "letters, digits, '_', '.' and '-'";
    throw invalid(
      "secret_id",
      `${JSON.stringify(id)} is not a name for a secret of kind ${kind}`,
      `use ${allowed}, not beginning with ${isVariable ? "a digit" : "a digit, '.' or '-'"}`,
    );
  }
  if (isVariable && isReservedVariable(id)) {
    throw invalid(
      "secret_id",
      `the variable ${id} is reserved`,
      `choose another name; a container can still get it with: -e '${id}=\${secret:OTHER_NAME}'`,
    );
  }
}

/**
 * What was accepted and looks wrong, in sentences that never hold a part of the value.
 * @param kind of which kind the secret is
 * @param value the value of this write; left out where a write keeps the value
 */
export function warningsOf(kind: string, id: string, value?: SecretValue): readonly string[] {
  const ofValue = value !== undefined && isText(value) ? valueWarnings(value.text()) : [];
  return [...nameWarnings(id), ...(kind === "env" ? codeWarnings(id) : []), ...ofValue];
}

function nameWarnings(id: string): readonly string[] {
  if (!MEANINGLESS.test(id)) return [];
  return [`The name ${id} does not say what the secret is for; a name like STRIPE_API_KEY does.`];
}

function codeWarnings(id: string): readonly string[] {
  const by = obeyedBy(id);
  if (by === undefined) return [];
  return [
    `The variable ${id} is obeyed by ${by}: its value can make them run code. keyhold run sets it only with --env ${id}.`,
  ];
}

/** @throws KeyholdError `invalid`, naming limit and size; never the value */
export function checkValue(kind: SecretKind, id: string, value: SecretValue): void {
  const { maxBytes, ifTooLarge, text, mayBeEmpty } = kindEntry(kind);
  const limit = maxBytes(id);
  if (value.size > limit) {
    throw invalid(
      "secret.value",
      `the value of ${id} has ${value.size} bytes, the limit for kind ${kind} is ${limit}`,
      ifTooLarge,
    );
  }
  if (text !== false && !isText(value)) {
    throw invalid(
      "secret.value",
      `the value of ${id} is not UTF-8 without NUL, which kind ${kind} needs`,
      text.otherwise,
    );
  }
  if (!mayBeEmpty && value.size === 0) {
    throw invalid("secret.value", `the password of ${id} is empty`, "give the registry's password");
  }
}

/** @throws KeyholdError `invalid` */
export function checkComment(comment: string): void {
  if (comment.length <= MAX_COMMENT_LENGTH) return;
  throw invalid(
    "secret.comment",
    `the comment has ${comment.length} characters, the limit is ${MAX_COMMENT_LENGTH}`,
    "shorten it",
  );
}

/**
 * Fills in defaults and brings everything to the one way in which it is stored.
 * @throws KeyholdError `invalid` for a field that the kind does not have, or a value that a limit does not allow
 */
export function settleFields(
  scope: Scope,
  kind: SecretKind,
  id: string,
  fields: SecretFields,
): SettledFields {
  const { fields: own } = kindEntry(kind);
  refuseForeign(kind, own, fields);
  const delivered = eachField((name) =>
    own.includes(name) ? settleField(name, fields[name], id) : undefined,
  );
  return { delivered, only: settleOnly(scope, fields.only) };
}

/** Protobuf has "" for a text that was not set: only a field that says something is foreign. */
function refuseForeign(kind: SecretKind, own: readonly FieldName[], fields: SecretFields): void {
  const foreign = FIELD_NAMES.find(
    (name) => !own.includes(name) && fields[name] !== undefined && fields[name] !== "",
  );
  if (foreign === undefined) return;
  const { column } = SECRET_FIELDS[foreign];
  const owners = KIND_NAMES.filter((each) => kindEntry(each).fields.includes(foreign)).join(" or ");
  throw invalid(
    `secret.${column}`,
    `${column} is for secrets of kind ${owners}, and this one is of kind ${kind}`,
    "leave it out, or choose the other kind",
  );
}

/** @returns resource names, sorted, each once; undefined for no limit */
function settleOnly(scope: Scope, only: readonly string[] | undefined): readonly string[] | undefined {
  if (only === undefined || only.length === 0) return undefined;
  if (scope.level !== "organization") {
    throw invalid(
      "secret.only",
      "only limits organization secrets",
      "leave it out, or store at the organization",
    );
  }
  const names = only.map((text) => {
    const target = parseTarget(text, "secret.only");
    if (target.organization === scope.organization) return target.name;
    throw invalid(
      "secret.only",
      `${target.name} is of another organization`,
      "name projects and workspaces of this one",
    );
  });
  return [...new Set(names)].sort();
}

export function invalid(field: string, message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "invalid", field, message, next });
}
