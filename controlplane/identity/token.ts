import { createHash, randomBytes } from "node:crypto";
import { CHECKSUM_LENGTH, checksumOf } from "../../common/checksum.ts";
import { KeyholdError } from "../../common/errors.ts";

const PREFIX = "kh_";
const SHAPE = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{${CHECKSUM_LENGTH}}$`);

/** A new API token: what is shown once, and what is kept of it. */
export interface NewToken {
  /** `kh_`, 43 random URL-safe characters (256 bits), 6 of checksum. */
  readonly secret: string;
  /** SHA-256, hexadecimal: enough, as the token is as random as a key, and nothing that can be guessed. */
  readonly hash: string;
  /** `kh_3xY9`, to recognise it in a list. */
  readonly prefix: string;
}

export function newToken(): NewToken {
  const body = PREFIX + randomBytes(32).toString("base64url");
  const secret = body + checksumOf(body);
  return { secret, hash: hashToken(secret), prefix: secret.slice(0, 7) };
}

/** What the store looks a token up by. As it is a hash, comparing it byte by byte tells an attacker nothing. */
export function hashToken(secret: string | Uint8Array): string {
  return createHash("sha256").update(secret).digest("hex");
}

/**
 * The hash of a token that somebody presents.
 * @throws KeyholdError `unauthenticated` if it is no token at all or has a typo; the message never repeats it
 */
export function parseToken(text: string): string {
  if (!SHAPE.test(text)) {
    throw refused("the token is not a Keyhold token: those are kh_ and 49 more characters");
  }
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (checksumOf(body) !== text.slice(-CHECKSUM_LENGTH)) throw refused("the token has a typo");
  return hashToken(text);
}

/** What the store knows about a token that decides whether it works. Milliseconds since 1970. */
export interface TokenState {
  readonly expireTime: number | undefined;
  readonly revokeTime: number | undefined;
}

/** @throws KeyholdError `unauthenticated` that says whether the token is unknown, revoked or expired */
export function checkToken<T extends TokenState>(found: T | undefined, now: number): T {
  if (found === undefined) throw refused("the token is unknown to this server");
  if (found.revokeTime !== undefined) throw refused("the token is revoked");
  if (found.expireTime !== undefined && found.expireTime <= now) throw refused("the token has expired");
  return found;
}

function refused(message: string): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message,
    next: "sign in with a valid one: keyhold login, or KEYHOLD_TOKEN",
  });
}
