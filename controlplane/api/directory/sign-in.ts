import { KeyholdError } from "../../../common/errors.ts";
import type { TokenServiceHandlers } from "../../../proto/gen/keyhold/v1/TokenService.ts";
import type { InvitationSignIn } from "../../identity/invitation-sign-in.ts";
import { checkChallenge } from "../../identity/oidc/challenge.ts";
import { noProvider } from "../../identity/oidc/no-provider.ts";
import { checkLoopback } from "../../identity/oidc/return-to.ts";
import type { SignIn } from "../../identity/oidc/sign-in.ts";
import type { Methods } from "../edge/call.ts";
import { displayNameIn, required, timestamp } from "../edge/fields.ts";
import { tokenMessage } from "./token-message.ts";

/** Signing in with an invitation, or through the OpenID provider: the caller has no token yet, the requests carry the proof. */
export function signInService(
  signIn: Pick<SignIn, "expect" | "redeem"> | undefined,
  invitations: Pick<InvitationSignIn, "redeem">,
): Pick<Methods<TokenServiceHandlers>, "StartSignIn" | "FinishSignIn" | "RedeemInvitation"> {
  return {
    async RedeemInvitation(request, { address, requestId }) {
      const invitation = required(request.invitation, "invitation");
      const displayName = displayNameIn(request.displayName, "display_name");
      const { secret, token } = await invitations.redeem(invitation, displayName, { address, requestId });
      return { secret: secret.text(), token: tokenMessage(token) };
    },

    async StartSignIn(request, { address }) {
      if (signIn === undefined) throw noProvider();
      const redirectUri = checkLoopback(required(request.redirectUri, "redirect_uri"));
      const codeChallenge = checkChallenge(required(request.codeChallenge, "code_challenge"));
      const url = signIn.expect({ redirectUri, codeChallenge, state: stateIn(request.state) }, address);
      return { url: url.href };
    },

    async FinishSignIn(request, { address, requestId }) {
      if (signIn === undefined) throw noProvider();
      const code = required(request.code, "code");
      const verifier = required(request.codeVerifier, "code_verifier");
      const session = await signIn.redeem(code, verifier, { address, requestId });
      const { secret, principal, expireTime } = session;
      return { secret: secret.text(), principal, expireTime: timestamp(expireTime) };
    },
  };
}

function stateIn(text: string | undefined): string {
  if (text !== undefined && /^[A-Za-z0-9._~-]{1,128}$/.test(text)) return text;
  throw new KeyholdError({
    code: "invalid",
    field: "state",
    message: "state has to be 1 to 128 letters, digits and ._~-",
  });
}
