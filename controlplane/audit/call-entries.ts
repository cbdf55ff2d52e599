import {
  type Actor,
  type AuditEntry,
  deliveredText,
  isName,
  organizationOf,
  RESOLVE_WORKLOAD,
} from "./event.ts";

/** What is taken from an answer, and nothing else. */
interface Answer {
  readonly name?: string;
  readonly version?: unknown;
  readonly token?: { readonly name?: string } | null;
  readonly bundle?: {
    readonly target?: string;
    readonly secrets?: readonly { readonly secret?: string; readonly version?: unknown }[];
  } | null;
}

type Done = Pick<AuditEntry, "resource" | "version" | "comment">;

/** Methods that change nothing and are written down all the same, and what of their answer. */
const ACCESSES: Readonly<Record<string, (answer: Answer) => Done>> = {
  "keyhold.v1.SecretService/AccessSecret": ({ name = "", version }) => ({
    resource: name,
    version: Number(version ?? 0),
    comment: "",
  }),
  [RESOLVE_WORKLOAD]: ({ bundle }) => ({
    resource: bundle?.target ?? "",
    version: 0,
    comment: deliveredText(bundle?.secrets ?? []),
  }),
  /** What signing in calls to learn who the token is. */
  "keyhold.v1.TokenService/GetIdentity": ({ token }) => ({
    resource: token?.name ?? "",
    version: 0,
    comment: "",
  }),
};

/** @returns undefined for a method whose answers are not written down */
export function accessEntry(actor: Actor, response: unknown): AuditEntry | undefined {
  const take = Object.hasOwn(ACCESSES, actor.action) ? ACCESSES[actor.action] : undefined;
  if (take === undefined) return undefined;
  const { resource, version, comment } = take(response as Answer);
  const { principal, address, requestId, action } = actor;
  return {
    ...{ organization: organizationOf(resource), principal, address, requestId, action },
    ...{ resource, version, result: "OK", comment },
  };
}

export function denialEntry(actor: Actor, request: unknown, result: string): AuditEntry {
  const resource = resourceIn(request);
  const { principal, address, requestId, action } = actor;
  return {
    ...{ organization: organizationOf(resource), principal, address, requestId, action },
    ...{ resource, version: versionIn(request), result, comment: "" },
  };
}

/** Messages whose name is what an update is about. */
const PARTS = ["secret", "workspace", "project", "user", "organization"] as const;
/** Fields that name what is to be created, and the collection it would be in. */
const NEW = {
  organizationId: "organizations",
  projectId: "projects",
  userId: "users",
  serviceAccountId: "serviceAccounts",
  workspaceId: "workspaces",
  secretId: "secrets",
} as const;

/** What a request is about, as far as it says so in one of these fields; empty if in none. */
export function resourceIn(request: unknown): string {
  if (typeof request !== "object" || request === null) return "";
  const fields = request as Record<string, unknown>;
  const parts = PARTS.map((part) => nameOf(fields[part]));
  const created = Object.entries(NEW).map(([field, collection]) => newName(fields, field, collection));
  const { name, target, parent, principal } = fields;
  return [name, ...parts, ...created, target, parent, principal].find(isName) ?? "";
}

function newName(fields: Record<string, unknown>, field: string, collection: string): unknown {
  const id = fields[field];
  if (typeof id !== "string" || id === "") return undefined;
  if (collection === "organizations") return `organizations/${id}`;
  return typeof fields.parent === "string" ? `${fields.parent}/${collection}/${id}` : undefined;
}

function nameOf(part: unknown): unknown {
  return typeof part === "object" && part !== null && "name" in part ? part.name : undefined;
}

function versionIn(request: unknown): number {
  const given = (request as { version?: unknown } | null | undefined)?.version;
  const version = typeof given === "number" ? given : 0;
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}
