import { KeyholdError } from "../../../common/errors.ts";
import type { TokenServiceHandlers } from "../../../proto/gen/keyhold/v1/TokenService.ts";
import { checkChallenge } from "../../identity/oidc/challenge.ts";
import { noProvider } from "../../identity/oidc/no-provider.ts";
import { checkLoopback } from "../../identity/oidc/return-to.ts";
import type { SignIn } from "../../identity/oidc/sign-in.ts";
import type { Methods } from "../edge/call.ts";
import { required, timestamp } from "../edge/fields.ts";

/** Signing in a command line through the OpenID provider: nobody is signed in yet, the requests carry the proof. */
export function signInService(
  signIn: Pick<SignIn, "expect" | "redeem"> | undefined,
): Pick<Methods<TokenServiceHandlers>, "StartSignIn" | "FinishSignIn"> {
  return {
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
