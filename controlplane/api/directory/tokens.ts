import { KeyholdError } from "../../../common/errors.ts";
import type { TokenServiceHandlers } from "../../../proto/gen/keyhold/v1/TokenService.ts";
import type { TokenRecord } from "../../directory/records.ts";
import type { Caller } from "../../identity/principal.ts";
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
  timestamp,
} from "../edge/fields.ts";
import { makeChildToken } from "./new-token.ts";

type Uses = Pick<Database, "tokens" | "transaction">;

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
      return { token: messageOf(record), secret };
    },

    async ListTokens(request, call) {
      if (call.caller.kind === "server-owner" && request.parent === "") {
        requireServerOwner(call.caller, "manageTokens", "tokens");
        const own = await database.tokens.list(undefined, pageOf(request));
        return { tokens: own.items.map(messageOf), nextPageToken: own.nextPageToken };
      }
      const organization = organizationIn(request.parent, "parent");
      const subject = organizationSubject(organization);
      await access.require(call.caller, "organization", "see", subject);
      const all = await access.may(call.caller, "organization", "listAllTokens", subject);
      const principal = all ? undefined : call.caller.principal;
      const page = await database.tokens.list(organization, { ...pageOf(request), principal });
      return { tokens: page.items.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async RevokeToken(request, call) {
      const found = await findByName(database, required(request.name, "name"));
      await requireRevoke(access, call.caller, request.name, found);
      await database.tokens.revoke(found?.id ?? "");
      return {};
    },

    async GetIdentity(_request, call) {
      const { caller } = call;
      if (!("token" in caller)) throw notFound("the caller's token");
      const found = await findByName(database, caller.token.name);
      return { principal: caller.principal, token: found === undefined ? null : messageOf(found) };
    },
  };
}

/** A user for itself, admins for others; whoever holds an owner's token is an owner, so only owners make one. */
async function requireCreate(
  stores: Stores,
  access: Access,
  caller: Caller,
  principal: PrincipalName,
): Promise<void> {
  const { organization, id, name, kind } = principal;
  if (organization === undefined) return requireServerOwner(caller, "manageTokens", name);
  const role = await stores.members.organizationRole(organization, name);
  const action = role === "owner" ? "createOwnersToken" : "createToken";
  await access.require(caller, "principal", action, { organization, name, owner: name });
  await (kind === "user" ? stores.users : stores.serviceAccounts).get(organization, id);
}

async function requireRevoke(
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

function messageOf(record: TokenRecord) {
  const { name, principal, displayName, prefix, creator } = record;
  return {
    name,
    principal,
    displayName,
    prefix,
    scopes: [...record.scopes],
    createTime: timestamp(record.createTime),
    creator,
    expireTime: timestamp(record.expireTime),
    lastUseTime: timestamp(record.lastUseTime),
    revokeTime: timestamp(record.revokeTime),
    parent: record.parent ?? "",
  };
}
