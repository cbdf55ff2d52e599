import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, parseSecretName, type Scope, shortName } from "../../../common/resource-name.ts";
import type { UserRecord } from "../../directory/records.ts";
import type { Stores } from "../../stores/stores.ts";

type Uses = Pick<Stores, "users" | "workspaces" | "secrets">;

/** A version of a secret. */
export interface ReadVersion {
  /** Resource name. */
  readonly secret: string;
  readonly version: number;
}

/** Names in one message. */
const SHOWN = 5;

/**
 * After an admin's invitation has reset how a user signs in, whoever signs in with it may be another person. So what the user
 * stored before is not shown any more, in no call: containers go on getting it, the user can overwrite and delete it.
 * @throws KeyholdError `precondition` that names the secrets of users and workspaces whose value is from before the reset
 */
export async function requireSinceReset(stores: Uses, read: readonly ReadVersion[]): Promise<void> {
  const hidden: string[] = [];
  let user: UserRecord | undefined;
  for (const { secret, version } of read) {
    const { scope, id } = parseSecretName(secret);
    const owner = await ownerOf(stores, scope);
    if (owner?.resetTime === undefined) continue;
    if ((await stores.secrets.valueTime(scope, id, version)) > owner.resetTime) continue;
    hidden.push(shortName(secret));
    user = owner;
  }
  if (user === undefined) return;
  throw refused(user, hidden);
}

/**
 * The person who redeems a reset may be an admin who has placed the workspace. So an agreement to the placement is refused while the
 * server keeps values from before the reset, which the node would be given: also old versions and deleted secrets, because a
 * rollback brings those back.
 * @param workspace resource names of the workspace and of its owner
 * @throws KeyholdError `precondition` that names the secrets
 */
export async function requireNoneFromBeforeReset(
  { users, secrets }: Pick<Stores, "users" | "secrets">,
  workspace: { readonly name: string; readonly owner: string },
): Promise<void> {
  const scopes = [parseScope(workspace.owner), parseScope(workspace.name)];
  const [{ organization, id }] = scopes as [Scope, Scope];
  const user = await users.find(organization, id);
  if (user?.resetTime === undefined) return;
  const kept = await secrets.keptSince(scopes, user.resetTime);
  if (kept.length === 0) return;
  const first = shortName(kept[0] ?? "");
  const [scope = "", name = ""] = first.split("/secrets/");
  throw new KeyholdError({
    code: "precondition",
    message: `the placement of ${shortName(workspace.name)} cannot be confirmed: ${listed(kept.map(shortName))} had values before the sign-in of ${user.id} was reset at ${new Date(user.resetTime).toISOString()}`,
    next: `remove each with its old values, keyhold secret delete ${scope} ${name} --purge, store it anew, and confirm again`,
  });
}

/** Names for one message. */
function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return names.slice(0, SHOWN).join(", ") + more;
}

async function ownerOf(
  { users, workspaces }: Uses,
  { level, organization, id }: Scope,
): Promise<UserRecord | undefined> {
  if (level === "user") return users.find(organization, id);
  if (level !== "workspace") return undefined;
  const owner = (await workspaces.find(organization, id))?.owner.split("/").at(-1);
  return owner === undefined ? undefined : users.find(organization, owner);
}

function refused(user: UserRecord, hidden: readonly string[]): KeyholdError {
  const when = new Date(user.resetTime ?? 0).toISOString();
  return new KeyholdError({
    code: "precondition",
    message: `${listed(hidden)} cannot be shown: the value is from before the sign-in of ${user.id} was reset at ${when}`,
    next: "store a new value with keyhold secret set, or delete the secret; containers go on getting the old one until then",
  });
}
