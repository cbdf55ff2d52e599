import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { OrganizationRole } from "../../directory/records.ts";
import { mayManage } from "../../identity/authority.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";

/** What is done to a principal, as a refusal says it. */
export type Deed =
  | "delete"
  | "change"
  | "change the role of"
  | "revoke tokens of"
  | "make tokens for"
  | "invite";

/** To whom. */
export interface ManagedPrincipal {
  /** The organization's id. */
  readonly organization: string;
  /** Resource name of a user or service account, or `users/owner`. */
  readonly name: string;
  readonly becomes?: OrganizationRole | undefined;
}

/**
 * Asks the one rule about what members of an organization may do to each other, with the roles as they are in this transaction.
 * @throws KeyholdError `denied` that says whom to ask; `not-found` for a caller who may not know about the organization
 */
export async function requireAuthority(
  stores: Pick<Stores, "members">,
  access: Access,
  caller: Caller,
  { deed, to }: { readonly deed: Deed; readonly to: ManagedPrincipal },
): Promise<void> {
  const { organization, name, becomes } = to;
  await access.require(caller, "principal", "see", { organization, name });
  const actor =
    caller.kind === "server-owner"
      ? "owner"
      : await stores.members.organizationRole(organization, caller.principal);
  const role = await stores.members.organizationRole(organization, name);
  if (mayManage(actor, { role, becomes })) return;
  throw refused(caller, { deed, to, actor, role });
}

function refused(
  caller: Caller,
  facts: {
    readonly deed: Deed;
    readonly to: ManagedPrincipal;
    readonly actor: OrganizationRole | undefined;
    readonly role: OrganizationRole | undefined;
  },
): KeyholdError {
  const { deed, to, actor, role } = facts;
  const who = shortName(caller.principal);
  if (actor !== "admin") {
    const message = `${who} may not ${deed} ${shortName(to.name)}: that is for admins of ${to.organization}`;
    return new KeyholdError({ code: "denied", message, next: "ask an admin or owner of the organization" });
  }
  const plain = role === undefined || role === "member";
  const reason = plain ? `only owners make an ${to.becomes}` : `${shortName(to.name)} is an ${role}`;
  return new KeyholdError({
    code: "denied",
    message: `${who} is an admin and may not ${deed} ${shortName(to.name)}: ${reason}`,
    next: `ask an owner of ${to.organization}`,
  });
}
