import { KeyholdError } from "../../../common/errors.ts";

/** Somebody asks to sign in with OpenID, and the operator has set up no provider. */
export function noProvider(): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: "this server has no OpenID provider to sign in with",
    next: "sign in with a token, or have the operator start the server with --oidc-issuer",
  });
}
