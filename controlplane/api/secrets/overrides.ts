import { parseScope, type Scope } from "../../../common/resource-name.ts";
import type { Caller } from "../../identity/principal.ts";
import type { SecretRecord } from "../../secrets/records.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";

type Reads = Pick<Stores, "secrets" | "workspaces">;

/**
 * By secret id: the more specific scopes that have a live secret of the same name and so win over this scope's, as far as the
 * caller may see their names. The most specific come first.
 */
export async function overridesOf(
  stores: Reads,
  access: Pick<Access, "maySecrets">,
  caller: Caller,
  scope: Scope,
  secrets: readonly Pick<SecretRecord, "id">[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const namesakes = await stores.secrets.namesakes(
    scope,
    secrets.map(({ id }) => id),
  );
  const seen = new Map<string, Promise<boolean>>();
  const counts = async ({ name }: Scope): Promise<boolean> => {
    const known = seen.get(name) ?? isSeen(stores, access, caller, scope, parseScope(name));
    seen.set(name, known);
    return known;
  };
  const found = new Map<string, string[]>();
  for (const namesake of namesakes) {
    if (!(await counts(namesake.scope))) continue;
    found.set(namesake.id, [...(found.get(namesake.id) ?? []), namesake.scope.name]);
  }
  return found;
}

async function isSeen(
  { workspaces }: Pick<Reads, "workspaces">,
  access: Pick<Access, "maySecrets">,
  caller: Caller,
  below: Scope,
  scope: Scope,
): Promise<boolean> {
  if (!(await access.maySecrets(caller, scope, "list"))) return false;
  if (below.level === "organization") return true;
  // Of a project's and a user's secrets only those workspaces (and their owners) know that get them.
  const inheriting = await workspaces.inScope(below);
  return inheriting.some(({ name, owner }) => name === scope.name || owner === scope.name);
}
