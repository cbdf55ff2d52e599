import { createHash, timingSafeEqual } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** As in RFC 7636. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** @throws KeyholdError `invalid` for anything but the SHA-256 of something in base64url */
export function checkChallenge(text: string): string {
  if (CHALLENGE.test(text)) return text;
  throw new KeyholdError({
    code: "invalid",
    field: "code_challenge",
    message: "code_challenge is not a SHA-256 in base64url without padding",
  });
}

/** Whether the challenge was made of this. */
export function hasVerifier(challenge: string, verifier: string): boolean {
  if (!VERIFIER.test(verifier)) return false;
  const made = createHash("sha256").update(verifier).digest("base64url");
  return timingSafeEqual(Buffer.from(made), Buffer.from(challenge));
}
