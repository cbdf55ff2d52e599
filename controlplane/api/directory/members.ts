import { KeyholdError } from "../../../common/errors.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Call } from "../edge/call.ts";
import { type PrincipalName, principalIn } from "../edge/fields.ts";

/** A principal that can have a role in this organization: one of its own, or the server's owner. */
export function memberIn(name: string, organization: string): PrincipalName {
  const principal = principalIn(name, "principal");
  if (principal.kind === "server-owner" || principal.organization === organization) return principal;
  throw new KeyholdError({
    code: "invalid",
    field: "principal",
    message: `principal ${JSON.stringify(name)} is of another organization than ${organization}`,
    next: `create the user there first: keyhold user create ${organization}/${principal.id}`,
  });
}

/**
 * Revokes the tokens of a principal that is about to get a higher role, as far as others have made them: they would get the
 * role as well. Those of the caller stay, who has the right to give the role.
 */
export async function dropForeignTokens(
  { tokens }: Pick<Stores, "tokens">,
  { caller }: Pick<Call, "caller">,
  { organization, name }: PrincipalName,
): Promise<void> {
  // A principal that raises itself had the right with the token it used.
  if (organization === undefined || caller.principal === name) return;
  await tokens.revokeOf(organization, name, { madeBy: [name, caller.principal] });
}
