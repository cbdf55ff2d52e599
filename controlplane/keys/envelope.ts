import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of a key for AES-256. */
export const KEY_BYTES = 32;

/** What a ciphertext is and where it belongs. */
export interface Place {
  readonly purpose: "dek" | "value" | "fingerprint-key" | "backup";
  readonly organization: string;
  /** Resource name. */
  readonly scope: string;
  readonly secret: string;
  readonly uid: string;
  /** 0 where there is no version. */
  readonly version: number;
}

/**
 * The place as bytes. Each part has its length in front: no two places have the same bytes, whatever is in the names.
 */
export function associatedData(place: Place): Buffer {
  const parts = [
    "keyhold.v1",
    place.purpose,
    place.organization,
    place.scope,
    place.secret,
    place.uid,
    String(place.version),
  ];
  return Buffer.concat(parts.map(withLength));
}

/** The bytes of `text` behind their number (4 bytes, big endian). */
function withLength(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** AES-256-GCM: format (1 byte), nonce (12, random), ciphertext, tag (16). */
export function seal(key: Buffer, plaintext: Buffer, aad: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  return Buffer.concat([
    Buffer.of(FORMAT),
    nonce,
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** @throws Error if the key, the place or a byte is not what it was when it was sealed */
export function open(key: Buffer, sealed: Uint8Array, aad: Buffer): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT) {
    throw new Error("sealed data has an unknown format");
  }
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const body = bytes.subarray(1 + NONCE_BYTES, bytes.length - TAG_BYTES);
  const plain = decipher.update(body);
  // Checks the tag; of a stream cipher nothing is left to give.
  decipher.final();
  return plain;
}
