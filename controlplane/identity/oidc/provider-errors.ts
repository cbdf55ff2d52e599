import * as oidc from "openid-client";
import { KeyholdError, messageOf, systemCodeOf } from "../../../common/errors.ts";

/** Whatever signing in through the provider threw, as one line for the person in front of the browser. */
export function explainProvider(thrown: unknown, issuer: string): KeyholdError {
  if (thrown instanceof KeyholdError) return thrown;
  if (thrown instanceof oidc.AuthorizationResponseError) return refusedThere(thrown, issuer);
  if (thrown instanceof oidc.ResponseBodyError) return refusedUs(thrown, issuer);
  const unreachable = reasonUnreachable(thrown);
  if (unreachable !== undefined) {
    return new KeyholdError({
      code: "unavailable",
      message: `the sign-in provider ${issuer} cannot be reached: ${unreachable}`,
      next: "try again later; the server's operator can check --oidc-issuer",
      cause: thrown,
    });
  }
  return new KeyholdError({
    code: "unauthenticated",
    message: `the answer of the sign-in provider ${issuer} is not accepted: ${oneLine(messageOf(thrown))}`,
    next: "sign in again; if it stays so, the server's operator can see why in the log",
    cause: thrown,
  });
}

/** The provider, or the person at it, said no: `access_denied`, `login_required`, … */
function refusedThere(error: oidc.AuthorizationResponseError, issuer: string): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `the sign-in provider ${issuer} refused: ${described(error.error, error.error_description)}`,
    next: "sign in again",
    cause: error,
  });
}

/** The provider does not take the code, or does not take us for its client. */
function refusedUs(error: oidc.ResponseBodyError, issuer: string): KeyholdError {
  const isOurFault = error.error === "invalid_client" || error.error === "unauthorized_client";
  return new KeyholdError({
    code: isOurFault ? "precondition" : "unauthenticated",
    message: `the sign-in provider ${issuer} did not answer the server: ${described(error.error, error.error_description)}`,
    next: isOurFault
      ? "the server's operator has to check --oidc-client-id and --oidc-client-secret-file"
      : "sign in again",
    cause: error,
  });
}

function described(code: string, description: string | undefined): string {
  return description === undefined ? oneLine(code) : `${oneLine(code)} (${oneLine(description)})`;
}

/** Text of another server: short, and nothing in it that breaks a line or a terminal. */
function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}

function reasonUnreachable(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = systemCodeOf(error);
    if (code !== undefined && /^E[A-Z_]+$|^UND_ERR|CERT|TLS/.test(code)) return code;
    if (error.name === "TimeoutError" || code === "OAUTH_TIMEOUT") return "it did not answer in time";
  }
  return undefined;
}
