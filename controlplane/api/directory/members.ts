import { KeyholdError } from "../../../common/errors.ts";
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
