import { KeyholdError } from "../../common/errors.ts";
import { parseTarget, type Scope } from "../../common/resource-name.ts";
import { isText, type SecretValue } from "../../common/secret-value.ts";
import { valueWarnings } from "../../common/workload/value-warnings.ts";
import type { SecretKind } from "./records.ts";
import { checkPath } from "./secret-path.ts";

// What contract.md allows a secret to be. Pure: nothing here knows of a database.

const MAX_NAME = 127;
/** The kernel's limit for one string of an environment (MAX_ARG_STRLEN), its NUL included. */
const MAX_STRING = 128 * 1024;
const MAX_BYTES = 1024 * 1024;
const MAX_USERNAME = 256;
const MAX_COMMENT = 1024;

const RESERVED: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "USER",
  "SHELL",
  "PWD",
  "HOSTNAME",
  "TERM",
  "DOCKER_CONFIG",
]);
const MEANINGLESS =
  /^(?:my|the|new|old)?[_.-]?(?:secret|password|passwd|pass|pwd|key|token|value|val|var|env|test|foo|bar|data|credential|cred)s?[_.-]?\d*$/i;

/** The fields of a secret as they are stored: defaults filled in, null where the kind has no such field. */
export interface SettledFields {
  readonly path: string | null;
  readonly mode: number | null;
  readonly owner_uid: number | null;
  readonly owner_gid: number | null;
  readonly registry: string | null;
  readonly username: string | null;
  readonly only: readonly string[];
}

/** @throws KeyholdError `invalid` */
export function checkName(kind: SecretKind, id: string): void {
  const pattern = kind === "env" ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_.-]*$/;
  if (id.length > MAX_NAME) {
    throw invalid(
      "secret_id",
      `the name has ${id.length} characters, the limit is ${MAX_NAME}`,
      "shorten it",
    );
  }
  if (!pattern.test(id)) {
    const allowed = kind === "env" ? "letters, digits and '_'" : "letters, digits, '_', '.' and '-'";
    throw invalid(
      "secret_id",
      `${JSON.stringify(id)} is not a name for a secret of kind ${kind}`,
      `use ${allowed}, not beginning with ${kind === "env" ? "a digit" : "a digit, '.' or '-'"}`,
    );
  }
  if (kind === "env" && (RESERVED.has(id) || /^(?:LD|KEYHOLD)_/.test(id))) {
    throw invalid(
      "secret_id",
      `the variable ${id} is reserved`,
      `choose another name; a container can still get it with: -e '${id}=\${secret:OTHER_NAME}'`,
    );
  }
}

/**
 * What was accepted and looks wrong, in sentences that never hold a part of the value.
 * @param value the value of this write; left out where a write keeps the value
 */
export function warningsOf(id: string, value?: SecretValue): readonly string[] {
  const ofValue = value !== undefined && isText(value) ? valueWarnings(value.text()) : [];
  return [...nameWarnings(id), ...ofValue];
}

function nameWarnings(id: string): readonly string[] {
  if (!MEANINGLESS.test(id)) return [];
  return [`The name ${id} does not say what the secret is for; a name like STRIPE_API_KEY does.`];
}

/** @throws KeyholdError `invalid`, naming limit and size; never the value */
export function checkValue(kind: SecretKind, id: string, value: SecretValue): void {
  const limit = kind === "env" ? MAX_STRING - id.length - 2 : kind === "registry" ? MAX_STRING : MAX_BYTES;
  if (value.size > limit) {
    throw invalid(
      "secret.value",
      `the value of ${id} has ${value.size} bytes, the limit for kind ${kind} is ${limit}`,
      kind === "env" ? "shorten it, or store it as a file" : "shorten it",
    );
  }
  if ((kind === "env" || kind === "registry") && !isText(value)) {
    throw invalid(
      "secret.value",
      `the value of ${id} is not UTF-8 without NUL, which kind ${kind} needs`,
      kind === "env" ? "store it as a file, or encode it" : "encode it as UTF-8",
    );
  }
  if (kind === "registry" && value.size === 0) {
    throw invalid("secret.value", `the password of ${id} is empty`, "give the registry's password");
  }
}

/** @throws KeyholdError `invalid` */
export function checkComment(comment: string): void {
  if (comment.length <= MAX_COMMENT) return;
  throw invalid(
    "secret.comment",
    `the comment has ${comment.length} characters, the limit is ${MAX_COMMENT}`,
    "shorten it",
  );
}

/** Checks what a `file` secret has of its own. Undefined means the default. */
export function settlePath(id: string, path: string | undefined): string {
  return path === undefined || path === "" ? `/run/secrets/${id}` : checkPath(path);
}

export function settleMode(mode: number | undefined): number {
  if (mode === undefined) return 0o400;
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return mode;
  throw invalid(
    "secret.mode",
    `mode ${mode} is not between 0 and 0777 (511)`,
    "use permission bits like 0400",
  );
}

export function settleOwner(number: number | undefined, field: string): number | null {
  if (number === undefined) return null;
  // 2^32 - 1 is the kernel's "no change", not an owner.
  if (Number.isInteger(number) && number >= 0 && number < 2 ** 32 - 1) return number;
  throw invalid(field, `${field} ${number} is not a user or group number`, "use 0 to 4294967294");
}

export function settleUsername(username: string | undefined): string {
  if (username === undefined || username === "") {
    throw invalid("secret.username", "a registry secret needs a user name", "give username");
  }
  // Docker's configuration joins the two with a colon; the first one ends the name.
  const odd = username.length > MAX_USERNAME || /[:\p{Cc}]/u.test(username);
  if (!odd) return username;
  throw invalid(
    "secret.username",
    `the user name has a colon or control character, or more than ${MAX_USERNAME} characters`,
    "use the registry's user name",
  );
}

/** @returns resource names, sorted, each once */
export function settleOnly(scope: Scope, only: readonly string[] | undefined): readonly string[] {
  if (only === undefined || only.length === 0) return [];
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
