import {
  type Actor,
  type AuditEntry,
  deliveryTexts,
  type GivenSecrets,
  isName,
  organizationOf,
  RESOLVE_WORKLOAD,
} from "./event.ts";

/** What is taken from an answer, and nothing else. */
interface Answer {
  readonly name?: string;
  readonly version?: unknown;
  readonly bundle?: { readonly target?: string; readonly secrets?: GivenSecrets } | null;
}

type Done = Pick<AuditEntry, "resource" | "version" | "comment" | "details">;

/**
 * Methods that change nothing and are written down all the same, and what of their answer: those that hand out values. Reading
 * names is no event.
 */
const ACCESSES: Readonly<Record<string, (answer: Answer) => readonly Done[]>> = {
  "keyhold.v1.SecretService/AccessSecret": ({ name = "", version }) => [
    { resource: name, version: Number(version ?? 0), comment: "" },
  ],
  [RESOLVE_WORKLOAD]: ({ bundle }) => {
    const resource = bundle?.target ?? "";
    const texts = deliveryTexts(resource, bundle?.secrets ?? []);
    return texts.map((text) => ({ resource, version: 0, ...text }));
  },
};

/** @returns nothing for a method whose answers are not written down */
export function accessEntries(actor: Actor, response: unknown): readonly AuditEntry[] {
  const take = Object.hasOwn(ACCESSES, actor.action) ? ACCESSES[actor.action] : undefined;
  if (take === undefined) return [];
  return take(response as Answer).map(({ resource, version, comment, details = [] }) => ({
    ...who(actor, resource),
    ...{ resource, version, result: "OK", comment, details },
  }));
}

export function denialEntry(actor: Actor, request: unknown, result: string): AuditEntry {
  const resource = resourceIn(request);
  return { ...who(actor, resource), resource, version: versionIn(request), result, comment: "" };
}

function who({ principal, token = "", address, requestId, action }: Actor, resource: string) {
  return { organization: organizationOf(resource), principal, token, address, requestId, action };
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
