import { KeyholdError } from "../../../common/errors.ts";
import { type ChildName, parseChildName, shortName } from "../../../common/resource-name.ts";
import type { UserServiceHandlers } from "../../../proto/gen/keyhold/v1/UserService.ts";
import type { InvitationRecord } from "../../directory/records.ts";
import { newInvitation } from "../../identity/token.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { milliseconds, organizationIn, pageOf, required, timestamp } from "../edge/fields.ts";
import { requireAuthority } from "./authority.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long an invitation can be redeemed. Milliseconds. */
const INVITATION_TTL = { shortest: 60_000, usual: 7 * DAY, longest: 30 * DAY };

type Invitations = Pick<Methods<UserServiceHandlers>, "InviteUser" | "ListInvitations" | "RevokeInvitation">;

/** Letting people in. What the person does with an invitation is TokenService/RedeemInvitation. */
export function invitationService(
  database: Pick<Database, "invitations" | "transaction">,
  access: Access,
  now: () => number = Date.now,
): Invitations {
  return {
    async InviteUser(request, call) {
      const user = parseChildName(required(request.name, "name"), "users");
      const expireTime = now() + ttlIn(milliseconds(request.ttl));
      const { secret, hash } = newInvitation();
      const { caller } = call;
      const record = await database.transaction(async (stores) => {
        await requireAuthority(stores, access.within(stores), caller, { deed: "invite", to: user });
        await requireInvitable(stores, user, request.reset);
        const madeWith = "token" in caller ? caller.token.name : undefined;
        const { organization, id } = user;
        const draft = { organization, user: id, resets: request.reset, hash, expireTime, madeWith };
        return stores.invitations.create({ ...draft, by: caller.principal });
      });
      return { invitation: messageOf(record), secret };
    },

    async ListInvitations(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "invite", organizationSubject(organization));
      const page = await database.invitations.list(organization, pageOf(request));
      return { invitations: page.items.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async RevokeInvitation(request, call) {
      const { organization, id, name } = parseChildName(required(request.name, "name"), "invitations");
      await access.require(call.caller, "invitation", "revoke", { organization, name });
      if ((await database.invitations.find(organization, id)) === undefined) throw notFound(name);
      return messageOf(await database.invitations.revoke(organization, id));
    },
  };
}

/**
 * Whoever redeems an invitation acts as the user. For a user who has signed in before that takes a reset, which ends everything
 * the user has: so it cannot happen unseen.
 */
async function requireInvitable(
  stores: Pick<Stores, "users" | "tokens">,
  user: ChildName,
  resets: boolean,
): Promise<void> {
  const { organization, id, name } = user;
  const found = await stores.users.find(organization, id);
  if (found === undefined) {
    throw new KeyholdError({
      code: "not-found",
      message: `${shortName(name)} does not exist`,
      next: `create the user first: keyhold user create ${organization}/${id}`,
    });
  }
  if (resets || !(await stores.tokens.hadAny(organization, name, found.createTime))) return;
  throw new KeyholdError({
    code: "precondition",
    message: `${shortName(name)} has signed in before, and an invitation would let somebody else act as ${id} as well`,
    next: `${id} makes more tokens with: keyhold token create ${organization}/${id}. If ${id} has lost them all: keyhold user invite ${organization}/${id} --reset, which revokes them`,
  });
}

function ttlIn(ttl: number | undefined): number {
  const { shortest, usual, longest } = INVITATION_TTL;
  if (ttl === undefined) return usual;
  if (ttl >= shortest && ttl <= longest) return ttl;
  throw new KeyholdError({
    code: "invalid",
    field: "ttl",
    message: `ttl is ${ttl / 1000} s, it has to be between 1 minute and 30 days`,
  });
}

function messageOf(record: InvitationRecord) {
  const { name, user, resets, creator } = record;
  return {
    ...{ name, user, resets, creator },
    createTime: timestamp(record.createTime),
    expireTime: timestamp(record.expireTime),
    useTime: timestamp(record.useTime),
    revokeTime: timestamp(record.revokeTime),
  };
}
