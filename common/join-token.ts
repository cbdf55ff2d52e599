import { createHash, X509Certificate } from "node:crypto";
import { CHECKSUM_LENGTH, checksumOf } from "./checksum.ts";
import { KeyholdError } from "./errors.ts";

const PREFIX = "khj_";
const RANDOM_BYTES = 32;
const HASH_BYTES = 32;
const SHAPE = new RegExp(`^${PREFIX}([A-Za-z0-9_-]{86})([A-Za-z0-9_-]{${CHECKSUM_LENGTH}})$`);

/**
 * What a join token says: `khj_`, then 64 bytes in base64url (32 random ones, then the SHA-256 of the server's CA
 * certificate), then a checksum. The agent compares the hash with the CA the server presents before it sends anything.
 */
export interface JoinToken {
  /** What the server recognises the token by: 32 random bytes. A secret. */
  readonly random: Buffer;
  /** SHA-256 of the CA certificate's DER, 32 bytes. */
  readonly caHash: Buffer;
}

export function formatJoinToken(token: JoinToken): string {
  if (token.random.length !== RANDOM_BYTES || token.caHash.length !== HASH_BYTES) {
    throw new Error(`a join token has ${RANDOM_BYTES} random bytes and a hash of ${HASH_BYTES}`);
  }
  const body = Buffer.concat([token.random, token.caHash]).toString("base64url");
  return `${PREFIX}${body}${checksumOf(PREFIX + body)}`;
}

/** @throws KeyholdError `invalid` for anything mistyped or cut; the message does not repeat the token */
export function parseJoinToken(text: string): JoinToken {
  const [, body, checksum] = SHAPE.exec(text.trim()) ?? [];
  if (body === undefined || checksum !== checksumOf(PREFIX + body)) {
    throw new KeyholdError({
      code: "invalid",
      field: "join_token",
      message: "the join token is mistyped or cut off",
      next: "copy it whole, or make a new one with: keyhold node join-token ORGANIZATION",
    });
  }
  const bytes = Buffer.from(body, "base64url");
  return { random: bytes.subarray(0, RANDOM_BYTES), caHash: bytes.subarray(RANDOM_BYTES) };
}

/** SHA-256 of a certificate's DER: what a join token carries of the CA. */
export function certificateHash(certificate: X509Certificate | string): Buffer {
  const parsed = typeof certificate === "string" ? new X509Certificate(certificate) : certificate;
  return createHash("sha256").update(parsed.raw).digest();
}
