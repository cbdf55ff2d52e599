import type { OrganizationRole } from "../directory/records.ts";
import { decide } from "./roles.ts";

/** Whom something is done to. */
export interface Managed {
  /** Its role in the organization; undefined: it has none. */
  readonly role: OrganizationRole | undefined;
  /** The role it is about to get. */
  readonly becomes?: OrganizationRole | undefined;
}

/**
 * The one rule about what members of an organization may do to each other, whatever it is: delete, change or take the role,
 * revoke or make tokens, invite. Owners may do it to all. Admins may do it to those who are neither admin nor owner, and do not
 * become one. What a principal does to itself (its own tokens) is not asked here.
 */
export function mayManage(actor: OrganizationRole | undefined, { role, becomes }: Managed): boolean {
  const isPlain = [role, becomes].every((each) => each === undefined || each === "member");
  return (
    decide("organization", isPlain ? "manageMembers" : "manageAdmins", { organization: actor }) === "allowed"
  );
}
