import { KeyholdError } from "../../common/errors.ts";
import {
  type ChildName,
  checkId,
  childName,
  ID_PATTERN,
  organizationName,
  parseScope,
  parseTarget,
  type Scope,
  type SecretName,
  scopeOf,
  secretName,
  type Target,
} from "../../common/resource-name.ts";

/** Collections whose members are named `acme/NAME` on the command line. */
export type Collection =
  | "organizations"
  | "projects"
  | "users"
  | "serviceAccounts"
  | "workspaces"
  | "nodes"
  | "invitations"
  | "joinTokens"
  | "tokens";

/** The principal that belongs to no organization. */
export const SERVER_OWNER = "users/owner";

/** How people may also spell a collection. */
const SPELLINGS: Record<string, string> = {
  "service-accounts": "serviceAccounts",
};

function partsOf(text: string): string[] {
  const parts = text.split("/");
  const own = parts[0] === "organizations" ? parts.slice(1) : parts;
  return own.map((part, index) => (index === 1 ? (SPELLINGS[part] ?? part) : part));
}

/**
 * Reads `acme/web`, `acme/projects/web` or `organizations/acme/projects/web`.
 * @throws KeyholdError `invalid`
 */
export function parseName(text: string, collection: Collection, example: string): ChildName {
  const parts = partsOf(text);
  const [organization = "", given, last] = parts;
  const id = parts.length === 2 ? given : last;
  const fits = parts.length === 2 || (parts.length === 3 && given === collection);
  if (!fits || id === undefined) throw notAName(text, "name", `write it like ${example}`);
  return childName(checkId(organization, "organization"), collection, checkId(id, "name"));
}

/** `acme/web` where more than one kind of resource can be meant. The lists of the organization may tell which: see suggest/. */
export class AmbiguousName extends KeyholdError {
  readonly organization: string;
  readonly id: string;
  /** Collections that it may be in. */
  readonly collections: readonly Collection[];

  constructor(field: string, at: { organization: string; id: string; collections: readonly Collection[] }) {
    const forms = at.collections.map((collection) => `${at.organization}/${collection}/${at.id}`);
    super({
      code: "invalid",
      field,
      message: `${field} "${at.organization}/${at.id}" does not say what kind it is`,
      next: `did you mean ${forms.join(" or ")}?`,
    });
    this.organization = at.organization;
    this.id = at.id;
    this.collections = at.collections;
  }
}

/**
 * Where secrets are stored: `acme`, `acme/projects/web`, `acme/users/alice`, `acme/workspaces/ws-1`, whole names too.
 * @throws AmbiguousName for `acme/web`; KeyholdError `invalid`
 */
export function parseScopeName(text: string, field = "scope"): Scope {
  refuseAmbiguous(text, field, ["projects", "workspaces", "users"]);
  return parseScope(text, field);
}

/**
 * What a container runs for: `acme/workspaces/ws-1` or `acme/projects/web`, whole names too.
 * @throws AmbiguousName for `acme/web`; KeyholdError `invalid`
 */
export function parseTargetName(text: string, field = "target"): Target {
  refuseAmbiguous(text, field, ["workspaces", "projects"]);
  return parseTarget(text, field);
}

/**
 * What has members: an organization, or a project, which `acme/web` names here as well.
 * @throws KeyholdError `invalid`
 */
export function parseMemberScope(text: string): Scope {
  const parts = partsOf(text);
  if (parts.length === 2) return parseScope(parseName(text, "projects", "acme/web").name);
  const scope = parseScope(text);
  if (scope.level === "organization" || scope.level === "project") return scope;
  throw new KeyholdError({
    code: "invalid",
    field: "scope",
    message: `a ${scope.level} has no members`,
    next: "write an organization or a project: acme, acme/projects/web",
  });
}

function refuseAmbiguous(text: string, field: string, collections: readonly Collection[]): void {
  const [organization = "", id = "", ...more] = partsOf(text);
  if (more.length > 0 || !ID_PATTERN.test(organization) || !ID_PATTERN.test(id)) return;
  throw new AmbiguousName(field, { organization, id, collections });
}

/**
 * Reads `acme` or `organizations/acme`.
 * @throws KeyholdError `invalid`
 */
export function parseOrganization(text: string): ChildName {
  const [id = "", ...rest] = partsOf(text);
  if (rest.length > 0) throw notAName(text, "organization", "write it like acme");
  checkId(id, "organization");
  return { organization: id, id, name: organizationName(id) };
}

/**
 * A token's name: `acme/tokens/ID`, `organizations/acme/tokens/ID` or `tokens/ID` (the server's owner). The ID's form is the
 * server's business.
 * @throws KeyholdError `invalid`
 */
export function parseTokenName(text: string): string {
  const parts = partsOf(text);
  if (parts.length === 2 && parts[0] === "tokens") return text;
  const [organization = "", given, last] = parts;
  if (parts.length === 3 && given === "tokens" && last !== "")
    return `${organizationName(checkId(organization, "organization"))}/tokens/${last}`;
  throw notAName(
    text.startsWith("kh_") ? "kh_…" : text,
    "token name",
    "take the name from: keyhold token list acme",
  );
}

/**
 * A user or service account, or the server's owner (`users/owner`): `alice`, `user:alice`, `service-account:ci`, `acme/alice`, `acme/serviceAccounts/ci`, …
 * @param organization for the forms that name none
 * @returns the resource name
 * @throws KeyholdError `invalid`
 */
export function parsePrincipal(text: string, organization?: string): string {
  if (text === SERVER_OWNER) return SERVER_OWNER;
  const [kind, id, ...more] = text.split(":");
  const collection = kind === "user" ? "users" : kind === "service-account" ? "serviceAccounts" : undefined;
  if (organization !== undefined && collection !== undefined && id !== undefined && more.length === 0)
    return childName(organization, collection, checkId(id, "principal")).name;
  const parts = partsOf(text);
  if (organization !== undefined && parts.length === 1)
    return childName(organization, "users", checkId(text, "principal")).name;
  const accounts = parts.length === 3 && parts[1] === "serviceAccounts";
  if (parts.length === 2 || accounts || (parts.length === 3 && parts[1] === "users"))
    return parseName(text, accounts ? "serviceAccounts" : "users", "acme/users/alice").name;
  const next =
    "write acme/users/alice or acme/serviceAccounts/ci" +
    (organization === undefined ? "" : ", or alice or service-account:ci");
  throw notAName(text, "principal", next);
}

/**
 * The secret a command is about: scope and name, or its whole resource name in the place of the scope.
 * @throws KeyholdError `invalid`
 */
export function parseSecret(scope: string, id: string | undefined): SecretName {
  if (id !== undefined) return secretName(parseScopeName(scope), refuseAssignment(id));
  const at = scope.lastIndexOf("/secrets/");
  if (at > 0) {
    const last = refuseAssignment(scope.slice(at + "/secrets/".length));
    return secretName(parseScopeName(scope.slice(0, at), "name"), last);
  }
  throw new KeyholdError({
    code: "invalid",
    field: "name",
    message: "the secret's name is missing",
    next: `write the scope, then the name: ${scope} API_KEY`,
  });
}

/** `NAME=value`: what stands behind the `=` is probably a value, and is not repeated. */
function refuseAssignment(id: string): string {
  const at = id.indexOf("=");
  if (at < 0) return id;
  const name = id.slice(0, at);
  throw new KeyholdError({
    code: "invalid",
    field: "name",
    message: `${JSON.stringify(`${name}=…`)} is not a name: values are never taken from the command line`,
    next: `give only ${name === "" ? "the name" : name}, and the value on standard input, at the prompt, or with --from-file`,
  });
}

/**
 * Reads `project:web,workspace:ws-1`; whole resource names are taken too.
 * @param organization the one of the secret: nothing outside of it can be meant
 * @returns resource names
 * @throws KeyholdError `invalid`
 */
export function parseOnly(text: string, organization: string): string[] {
  return text.split(",").map((item) => parseOnlyItem(item.trim(), organization).name);
}

function parseOnlyItem(item: string, organization: string): Scope {
  const [level, id, ...more] = item.split(":");
  if ((level === "project" || level === "workspace") && id !== undefined && more.length === 0)
    return scopeOf(level, organization, checkId(id, "--only"));
  if (item.includes("/")) {
    const scope = parseScope(item, "--only");
    const fits = scope.level === "project" || scope.level === "workspace";
    if (fits && scope.organization === organization) return scope;
  }
  throw notAName(
    item,
    "--only",
    "name projects and workspaces of the same organization: --only project:web,workspace:ws-1",
  );
}

function notAName(text: string, field: string, next: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not understood`,
    next,
  });
}
