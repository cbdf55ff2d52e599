/** The part of proto-loader's description of a message that is used here. */
export interface MessageType {
  readonly type: {
    readonly field: readonly { readonly name: string; readonly type: string; readonly typeName: string }[];
  };
}

/** Names of fields that say on whose behalf, for whom or where something is done. */
const AUTHORITY: ReadonlySet<string> = new Set([
  "claimAny",
  "node",
  "nodeId",
  "only",
  "owner",
  "placement",
  "principal",
  "project",
  "projects",
  "addProjects",
  "removeProjects",
  "quotas",
  "role",
  "scope",
  "scopes",
]);

/**
 * Paths of the fields of a request that carry authority, `workspace.owner`, in the order of the proto.
 * @param typeNamed finds a message type by the name that a field has for it
 */
export function authorityFields(
  message: MessageType,
  typeNamed: (name: string) => MessageType | undefined,
  prefix = "",
  seen: readonly string[] = [],
): readonly string[] {
  return message.type.field.flatMap(({ name, type, typeName }) => {
    const field = camelCase(name);
    const path = `${prefix}${field}`;
    // A message called `project` is the project itself, and its own fields are looked at.
    if (AUTHORITY.has(field) && (type !== "TYPE_MESSAGE" || field === "quotas")) return [path];
    const nested = type === "TYPE_MESSAGE" && !seen.includes(typeName) ? typeNamed(typeName) : undefined;
    return nested === undefined ? [] : authorityFields(nested, typeNamed, `${path}.`, [...seen, typeName]);
  });
}

/** Paths of the fields that a request sets to something: not to an empty text or list. */
export function* setPaths(request: unknown, prefix = ""): Generator<string> {
  if (Array.isArray(request)) {
    for (const item of request) yield* setPaths(item, prefix);
    return;
  }
  if (typeof request !== "object" || request === null || Buffer.isBuffer(request)) return;
  for (const [name, value] of Object.entries(request)) {
    const isEmpty = value === "" || value === undefined || (Array.isArray(value) && value.length === 0);
    if (isEmpty) continue;
    yield `${prefix}${name}`;
    yield* setPaths(value, `${prefix}${name}.`);
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
