import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { TokenServiceHandlers } from "../../../proto/gen/keyhold/v1/TokenService.ts";
import type { TokenRecord } from "../../directory/records.ts";
import { type Caller, SERVER_OWNER } from "../../identity/principal.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject, requireServerOwner } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import {
  displayNameIn,
  milliseconds,
  organizationIn,
  type PrincipalName,
  pageOf,
  principalIn,
  required,
} from "../edge/fields.ts";
import { requireAuthority } from "./authority.ts";
import { makeChildToken } from "./new-token.ts";
import { tokenMessage } from "./token-message.ts";

type Uses = Pick<Database, "tokens" | "members" | "transaction">;

export function tokenService(
  database: Uses,
  access: Access,
  now: () => number = Date.now,
): Methods<TokenServiceHandlers> {
  return {
    async CreateToken(request, call) {
      const principal = principalIn(request.principal, "principal");
      const wish = {
        principal,
        displayName: displayNameIn(request.token?.displayName, "token.display_name"),
        scopes: request.token?.scopes ?? [],
        expireTime: expiryIn(milliseconds(request.token?.expireTime), now()),
      };
      const { record, secret } = await makeChildToken(database, access, call.caller, wish, {
        allow: (stores) => requireCreate(stores, access.within(stores), call.caller, principal),
        now: now(),
      });
      return { token: tokenMessage(record), secret };
    },

    async ListTokens(request, call) {
      const { caller } = call;
      if (request.parent === SERVER_OWNER || (request.parent === "" && caller.kind === "server-owner")) {
        requireServerOwner(call.caller, "manageTokens", "tokens");
        const own = await database.tokens.list(undefined, pageOf(request));
        return { tokens: own.items.map(tokenMessage), nextPageToken: own.nextPageToken };
      }
      const own = "organization" in caller && request.parent === "" ? caller.organization : undefined;
      const organization = own ?? organizationIn(request.parent, "parent");
      const subject = organizationSubject(organization);
      await access.require(call.caller, "organization", "see", subject);
      const all = await access.may(call.caller, "organization", "listAllTokens", subject);
      const principal = all ? undefined : call.caller.principal;
      const page = await database.tokens.list(organization, { ...pageOf(request), principal });
      return { tokens: page.items.map(tokenMessage), nextPageToken: page.nextPageToken };
    },

    async RevokeToken(request, call) {
      const found = await findByName(database, required(request.name, "name"));
      await requireRevoke(database, access, call.caller, request.name, found);
      await database.tokens.revoke(found?.id ?? "");
      return {};
    },

    async GetIdentity(_request, call) {
      const { caller } = call;
      if (!("token" in caller)) throw notFound("the caller's token");
      const found = await findByName(database, caller.token.name);
      return { principal: caller.principal, token: found === undefined ? null : tokenMessage(found) };
    },
  };
}

/** Users make their own tokens; those of service accounts are made by admins, or with a token of the account. */
async function requireCreate(
  stores: Stores,
  access: Access,
  caller: Caller,
  principal: PrincipalName,
): Promise<void> {
  const { organization, id, name, kind } = principal;
  if (organization === undefined) return requireServerOwner(caller, "manageTokens", name);
  if (caller.principal !== name) {
    if (kind === "user") await refuseForOthers(access, caller, principal);
    await requireAuthority(stores, access, caller, { deed: "make tokens for", to: { organization, name } });
  } else {
    await access.require(caller, "principal", "see", { organization, name });
  }
  await (kind === "user" ? stores.users : stores.serviceAccounts).get(organization, id);
}

/** A token that somebody else has made would let that one act as the user. */
async function refuseForOthers(access: Access, caller: Caller, { organization, id, name }: PrincipalName) {
  await access.require(caller, "principal", "see", { organization: organization ?? "", name });
  const isAdmin = await access.may(caller, "organization", "invite", organizationSubject(organization ?? ""));
  throw new KeyholdError({
    code: "denied",
    message: `${shortName(caller.principal)} may not make a token for ${shortName(name)}: only ${id} makes tokens of ${id}`,
    next: isAdmin
      ? `to let ${id} in: keyhold user invite ${organization}/${id}`
      : `${id} makes one with: keyhold token create ${organization}/${id}`,
  });
}

async function requireRevoke(
  stores: Pick<Stores, "members">,
  access: Access,
  caller: Caller,
  name: string,
  found: TokenRecord | undefined,
): Promise<void> {
  const owner = found?.principal;
  if (!name.startsWith("organizations/")) {
    requireServerOwner(caller, "manageTokens", name);
  } else {
    const organization = name.split("/")[1] ?? "";
    await access.require(caller, "token", "revoke", { organization, name, owner });
    if (owner !== undefined && owner !== caller.principal) {
      const to = { organization, name: owner };
      await requireAuthority(stores, access, caller, { deed: "revoke tokens of", to });
    }
  }
  if (found === undefined) throw notFound(name);
}

/** Only by its whole name: an id is not enough to reach another organization's token. */
async function findByName(database: Pick<Uses, "tokens">, name: string): Promise<TokenRecord | undefined> {
  try {
    const found = await database.tokens.get(name.split("/").at(-1) ?? "");
    return found.name === name ? found : undefined;
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.code === "not-found") return undefined;
    throw thrown;
  }
}

function expiryIn(time: number | undefined, now: number): number | undefined {
  if (time === undefined || time > now) return time;
  throw new KeyholdError({
    code: "invalid",
    field: "token.expire_time",
    message: "token.expire_time is in the past",
  });
}
