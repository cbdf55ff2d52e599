import { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import { SecretValue } from "../../common/secret-value.ts";
import type { InvitationRecord, TokenRecord } from "../directory/records.ts";
import type { Database, Stores } from "../stores/stores.ts";
import { mayManage } from "./authority.ts";
import type { Origin } from "./ended.ts";
import { SERVER_OWNER } from "./principal.ts";
import { newToken, parseInvitation } from "./token.ts";

/** As the audit log names it. */
const ACTION = "sign-in/invitation";

/** A token of the invited user, the root of a tree of its own. */
export interface Redeemed {
  readonly secret: SecretValue;
  readonly token: TokenRecord;
}

type Uses = Pick<Database, "audit" | "transaction" | "invitations">;

/** Exchanges an invitation for a token of the person who was invited. */
export class InvitationSignIn {
  readonly #database: Uses;

  constructor(database: Uses) {
    this.#database = database;
  }

  /**
   * Uses the invitation up if and only if the token exists afterwards.
   * @param text the invitation
   * @throws KeyholdError `unauthenticated` that says what is wrong with the invitation; `precondition` if the user has signed in
   *   since it was made
   */
  async redeem(text: string, displayName: string, from: Origin): Promise<Redeemed> {
    const hash = parseInvitation(text);
    const invited = await this.#database.invitations.findByHash(hash);
    const { secret, hash: tokenHash, prefix } = newToken();
    const actor = { ...from, principal: invited?.user ?? "", action: ACTION };
    const token = await this.#database.audit.as(actor, () =>
      this.#database.transaction(async (stores) => {
        const invitation = await stores.invitations.redeem(hash);
        await requireRight(stores, invitation);
        await admit(stores, invitation);
        const { organization, user, resets } = invitation;
        const usual = resets ? "signed in with an invitation, after a reset" : "signed in with an invitation";
        const draft = { organization, principal: user, prefix, hash: tokenHash, scopes: [], by: user };
        return stores.tokens.create({ ...draft, displayName: displayName === "" ? usual : displayName });
      }),
    );
    return { secret: SecretValue.of(secret), token };
  }
}

/** An invitation is worth no more than the right of its maker is now. */
async function requireRight(
  { members }: Pick<Stores, "members">,
  { organization, user, creator }: InvitationRecord,
): Promise<void> {
  const actor = creator === SERVER_OWNER ? "owner" : await members.organizationRole(organization, creator);
  const role = await members.organizationRole(organization, user);
  if (mayManage(actor, { role })) return;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `the invitation is void: ${shortName(creator)}, who made it, may not invite ${shortName(user)} any more`,
    next: "ask an owner of the organization for a new one",
  });
}

/** A reset ends everything the user has. Without one, nobody may have signed in as the user yet. */
async function admit(
  { tokens, users }: Pick<Stores, "tokens" | "users">,
  { organization, user, resets }: InvitationRecord,
): Promise<void> {
  const id = user.split("/").at(-1) ?? "";
  if (resets) {
    await tokens.revokeOf(organization, user);
    await users.reset(organization, id);
    return;
  }
  const { createTime } = await users.get(organization, id);
  if (!(await tokens.hadAny(organization, user, createTime))) return;
  throw new KeyholdError({
    code: "precondition",
    message: `${shortName(user)} has signed in since the invitation was made`,
    next: `sign in with what ${id} has, or ask an admin for: keyhold user invite ${organization}/${id} --reset`,
  });
}
