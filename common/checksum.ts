import { createHash } from "node:crypto";

/** Length of {@link checksumOf}'s answer, in characters. */
export const CHECKSUM_LENGTH = 6;

/** Six URL-safe characters that tell a mistyped token from a wrong one. Not a secret, and no proof of anything. */
export function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, CHECKSUM_LENGTH);
}
