import { KeyholdError } from "./errors.ts";

/** Ids of organizations, projects, users, workspaces, nodes and service accounts. */
export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/** The four levels a secret can be stored at, the most specific first: that is the order of precedence. */
export const LEVELS = ["workspace", "user", "project", "organization"] as const;
export type Level = (typeof LEVELS)[number];

const COLLECTION_OF: Record<Exclude<Level, "organization">, string> = {
  workspace: "workspaces",
  user: "users",
  project: "projects",
};
const LEVEL_OF = new Map(
  Object.entries(COLLECTION_OF).map(([level, collection]) => [collection, level as Level]),
);

/** Where a secret is stored. `name` is the resource name: `organizations/acme/projects/web`. */
export interface Scope {
  readonly level: Level;
  readonly organization: string;
  /** The last part of the name; for an organization the organization's id. */
  readonly id: string;
  readonly name: string;
}

/** What a workload can be: a workspace, or a project (a build container). */
export type Target = Scope & { readonly level: "workspace" | "project" };

/** @throws KeyholdError `invalid`, with the field's name */
export function checkId(id: string, field: string): string {
  if (ID_PATTERN.test(id)) return id;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(id)} is not a valid id`,
    next: "use 1 to 63 lower-case letters, digits, '-', '_' and '.', with a letter or digit at both ends",
  });
}

export function organizationName(organization: string): string {
  return `organizations/${organization}`;
}

export function organizationScope(organization: string): Scope {
  return { level: "organization", organization, id: organization, name: organizationName(organization) };
}

export function scopeOf(level: Level, organization: string, id: string): Scope {
  if (level === "organization") return organizationScope(organization);
  return { level, organization, id, name: `organizations/${organization}/${COLLECTION_OF[level]}/${id}` };
}

/**
 * Reads `organizations/acme`, `organizations/acme/projects/web`, … and the short forms without `organizations/`.
 * @throws KeyholdError `invalid`
 */
export function parseScope(text: string, field = "scope"): Scope {
  const parts = withoutPrefix(text).split("/");
  const [organization = "", collection, id] = parts;
  if (parts.length === 1) return organizationScope(checkId(organization, field));
  const level = collection === undefined ? undefined : LEVEL_OF.get(collection);
  if (parts.length !== 3 || level === undefined || id === undefined) {
    throw new KeyholdError({
      code: "invalid",
      field,
      message: `${field} ${JSON.stringify(text)} is not understood`,
      next: "write acme, acme/projects/web, acme/users/alice or acme/workspaces/ws-1",
    });
  }
  return scopeOf(level, checkId(organization, field), checkId(id, field));
}

/**
 * Like {@link parseScope}, for what a container can run for.
 * @throws KeyholdError `invalid`
 */
export function parseTarget(text: string, field = "target"): Target {
  const scope = parseScope(text, field);
  if (scope.level === "workspace" || scope.level === "project") return scope as Target;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is neither a workspace nor a project`,
    next: "write acme/workspaces/ws-1 or acme/projects/web",
  });
}

export interface SecretName {
  readonly scope: Scope;
  /** `API_KEY` */
  readonly id: string;
  /** `organizations/acme/secrets/API_KEY` */
  readonly name: string;
}

export function secretName(scope: Scope, id: string): SecretName {
  return { scope, id, name: `${scope.name}/secrets/${id}` };
}

/** @throws KeyholdError `invalid` */
export function parseSecretName(text: string, field = "name"): SecretName {
  const at = text.lastIndexOf("/secrets/");
  if (at > 0) return secretName(parseScope(text.slice(0, at), field), text.slice(at + "/secrets/".length));
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not the name of a secret`,
    next: "write it like organizations/acme/projects/web/secrets/API_KEY",
  });
}

/** `organizations/acme/nodes/build-1`, whatever the collection. */
export interface ChildName {
  readonly organization: string;
  readonly id: string;
  readonly name: string;
}

export function childName(organization: string, collection: string, id: string): ChildName {
  return { organization, id, name: `organizations/${organization}/${collection}/${id}` };
}

/** @throws KeyholdError `invalid` */
export function parseChildName(text: string, collection: string, field = "name"): ChildName {
  const parts = withoutPrefix(text).split("/");
  const [organization = "", given, id = ""] = parts;
  if (parts.length === 3 && given === collection) {
    return childName(checkId(organization, field), collection, checkId(id, field));
  }
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a name in ${collection}`,
    next: `write it like organizations/acme/${collection}/NAME`,
  });
}

/** For people: without `organizations/`. */
export function shortName(name: string): string {
  return withoutPrefix(name);
}

function withoutPrefix(name: string): string {
  return name.startsWith("organizations/") ? name.slice("organizations/".length) : name;
}
