import { KeyholdError } from "../../../common/errors.ts";
import { parseSecretName, type Scope, shortName } from "../../../common/resource-name.ts";
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
  const more = hidden.length > SHOWN ? ` and ${hidden.length - SHOWN} more` : "";
  const names = hidden.slice(0, SHOWN).join(", ") + more;
  const when = new Date(user.resetTime ?? 0).toISOString();
  return new KeyholdError({
    code: "precondition",
    message: `${names} cannot be shown: the value is from before the sign-in of ${user.id} was reset at ${when}`,
    next: "store a new value with keyhold secret set, or delete the secret; containers go on getting the old one until then",
  });
}
