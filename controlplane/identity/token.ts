import { createHash, randomBytes } from "node:crypto";
import { CHECKSUM_LENGTH, checksumOf } from "../../common/checksum.ts";
import { KeyholdError } from "../../common/errors.ts";

/** Each kind has a prefix of its own, so that one is never mistaken for another. */
const PREFIX = { token: "kh_", invitation: "khi_" } as const;
const BODY = `[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{${CHECKSUM_LENGTH}}`;
const SHAPE = {
  token: new RegExp(`^${PREFIX.token}${BODY}$`),
  invitation: new RegExp(`^${PREFIX.invitation}${BODY}$`),
};

/** A new API token or invitation: what is shown once, and what is kept of it. */
export interface NewToken {
  /** `kh_` or `khi_`, 43 random URL-safe characters (256 bits), 6 of checksum. */
  readonly secret: string;
  /** SHA-256, hexadecimal: enough, as the token is as random as a key, and nothing that can be guessed. */
  readonly hash: string;
  /** `kh_3xY9`, to recognise it in a list. */
  readonly prefix: string;
}

export function newToken(): NewToken {
  return newSecret("token");
}

/** Exchanged once for an API token of the invited user. */
export function newInvitation(): NewToken {
  return newSecret("invitation");
}

function newSecret(kind: keyof typeof PREFIX): NewToken {
  const body = PREFIX[kind] + randomBytes(32).toString("base64url");
  const secret = body + checksumOf(body);
  return { secret, hash: hashToken(secret), prefix: secret.slice(0, PREFIX[kind].length + 4) };
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
  if (SHAPE.invitation.test(text)) {
    throw refused("this is an invitation, not a token", "exchange it for a token: keyhold login --invite");
  }
  if (!SHAPE.token.test(text)) {
    throw refused("the token is not a Keyhold token: those are kh_ and 49 more characters");
  }
  if (!hasChecksum(text)) throw refused("the token has a typo");
  return hashToken(text);
}

/**
 * The hash of an invitation that somebody presents.
 * @throws KeyholdError as {@link parseToken}
 */
export function parseInvitation(text: string): string {
  const next = "ask an admin of the organization for a new one: keyhold user invite ORGANIZATION/YOU";
  if (SHAPE.token.test(text)) {
    throw refused("this is a token, not an invitation", "sign in with it: keyhold login, without --invite");
  }
  if (!SHAPE.invitation.test(text)) {
    throw refused("the invitation is cut off or mistyped: it is khi_ and 49 more characters", next);
  }
  if (!hasChecksum(text)) throw refused("the invitation has a typo", next);
  return hashToken(text);
}

function hasChecksum(text: string): boolean {
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
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

function refused(
  message: string,
  next = "sign in with a valid one: keyhold login, or KEYHOLD_TOKEN",
): KeyholdError {
  return new KeyholdError({ code: "unauthenticated", message, next });
}
