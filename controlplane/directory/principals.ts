import { organizationName } from "../../common/resource-name.ts";
import type { Writing } from "../database/session.ts";
import { precondition } from "../database/store-errors.ts";
import { revokeMadeBy } from "./grants.ts";
import { revokeTrees } from "./token-tree.ts";

// What users and service accounts have in common: roles and tokens.

/** @throws KeyholdError `precondition` if nobody else is an owner of the organization */
export async function refuseIfLastOwner(tx: Writing, organization: string, principal: string): Promise<void> {
  const owners = await tx.db
    .selectFrom("members")
    .select("principal")
    .where("parent", "=", organizationName(organization))
    .where("role", "=", "owner")
    .execute();
  if (owners.length !== 1 || owners[0]?.principal !== principal) return;
  throw precondition(
    `${principal} is the last owner of ${organization}`,
    "make somebody else an owner first",
  );
}

/** Takes every role away and revokes every token, with what the principal has made: tokens, invitations, join tokens. */
export async function dropPrincipal(tx: Writing, organization: string, principal: string): Promise<void> {
  await tx.db
    .deleteFrom("members")
    .where("organization", "=", organization)
    .where("principal", "=", principal)
    .execute();
  const tokens = await tx.db
    .selectFrom("tokens")
    .selectAll()
    .where("organization", "=", organization)
    .where("principal", "=", principal)
    .where("revoke_time", "is", null)
    .execute();
  await revokeTrees(tx, tokens);
  await revokeMadeBy(tx, organization, principal);
}
