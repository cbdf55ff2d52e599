import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, type Scope, shortName } from "../../../common/resource-name.ts";
import type { TokenRecord } from "../../directory/records.ts";
import { limitsWithin } from "../../identity/child-token.ts";
import type { Caller } from "../../identity/principal.ts";
import { checkToken, newToken } from "../../identity/token.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import { type Access, organizationSubject } from "../edge/access.ts";
import type { PrincipalName } from "../edge/fields.ts";

/** What a caller asks for. */
export interface TokenWish {
  readonly principal: PrincipalName;
  readonly displayName: string;
  /** As they were sent. */
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expireTime: number | undefined;
}

/**
 * Makes a token with the caller's own: a child of it. The parent is read in the transaction that writes the child, so a parent
 * that is revoked at the same time leaves no child behind.
 * @param allow asks, inside of the transaction, whether the caller may
 * @throws KeyholdError `denied` for more than the parent may do, `not-found` for a scope that does not exist
 */
export async function makeChildToken(
  database: Pick<Database, "transaction">,
  access: Access,
  caller: Caller,
  wish: TokenWish,
  parts: { readonly allow: (stores: Stores) => Promise<void>; readonly now: number },
): Promise<{ readonly record: TokenRecord; readonly secret: string }> {
  const { principal, displayName } = wish;
  const scopes = wish.scopes.map((text) => scopeIn(text, principal.organization));
  const { secret, hash, prefix } = newToken();
  const record = await database.transaction(async (stores) => {
    await parts.allow(stores);
    const parent = await parentOf(stores, caller, parts.now);
    for (const scope of scopes) await requireExisting(stores, access.within(stores), caller, scope);
    const names = scopes.map(({ name }) => name);
    const limits = limitsWithin(parent, { scopes: names, expireTime: wish.expireTime });
    const { organization, name } = principal;
    const by = caller.principal;
    const draft = { organization, principal: name, displayName, prefix, hash, by, parent: parent?.name };
    const created = await stores.tokens.create({ ...draft, ...limits });
    if (organization !== undefined) await stores.quotas.requireTokens(organization, name);
    return created;
  });
  return { record, secret };
}

async function parentOf(
  { tokens }: Pick<Stores, "tokens">,
  caller: Caller,
  now: number,
): Promise<TokenRecord | undefined> {
  if (!("token" in caller)) return undefined;
  const id = caller.token.name.split("/").at(-1) ?? "";
  return checkToken(await tokens.get(id), now);
}

/** An organization, a project or a workspace: of the principal's own organization, if it has one. */
function scopeIn(text: string, organization: string | undefined): Scope {
  const scope = parseScope(text, "token.scopes");
  const foreign = organization !== undefined && scope.organization !== organization;
  if (!foreign && scope.level !== "user") return scope;
  throw new KeyholdError({
    code: "invalid",
    field: "token.scopes",
    message: `token.scopes has ${JSON.stringify(text)}, ${foreign ? "which is of another organization" : "which is a user"}`,
    next: "name an organization, a project or a workspace of the principal's organization",
  });
}

type Places = Pick<Stores, "organizations" | "projects" | "workspaces">;

/** @throws KeyholdError `not-found`; in the same words for a workspace that the caller may not see */
async function requireExisting(stores: Places, access: Access, caller: Caller, scope: Scope): Promise<void> {
  if (await isVisible(stores, access, caller, scope)) return;
  throw new KeyholdError({
    code: "not-found",
    field: "token.scopes",
    message: `token.scopes has ${shortName(scope.name)}, which does not exist or is not visible to you`,
    next: `check the name, or create the ${scope.level} first`,
  });
}

async function isVisible(
  stores: Places,
  access: Access,
  caller: Caller,
  { level, organization, id, name }: Scope,
): Promise<boolean> {
  if (level === "organization") return (await stores.organizations.find(id)) !== undefined;
  if (!(await access.may(caller, "organization", "see", organizationSubject(organization)))) return false;
  if (level === "project") return (await stores.projects.find(organization, id)) !== undefined;
  const found = await stores.workspaces.find(organization, id);
  if (found === undefined) return false;
  return access.may(caller, "workspace", "see", { organization, name, owner: found.owner });
}
