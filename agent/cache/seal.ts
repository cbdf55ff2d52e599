import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";

/**
 * A sealed file: MAGIC, nonce, tag, ciphertext. AES-256-GCM, with a random nonce each time: one key seals far fewer files than the
 * 2^32 for which that is safe.
 */
const MAGIC = Buffer.from("KHC1", "latin1");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEAL_BYTES = MAGIC.length + NONCE_BYTES + TAG_BYTES;

/** Where a sealed file belongs: opened anywhere else, or under another name, it is refused. */
export interface Place {
  readonly kind: "key" | "target" | "container" | "contacts";
  readonly name: string;
}

/** Seals and opens the files of one node on one host. */
export interface Sealer {
  seal(place: Place, plain: Buffer): Buffer;
  /** @throws KeyholdError `failed` for anything that this node has not sealed for this very place */
  open(place: Place, sealed: Buffer): Buffer;
}

/**
 * @param secret at least 32 random bytes
 * @param host what tells this host from others; the key is another one wherever that differs
 */
export function makeSealer(secret: Buffer, host: string, node: string): Sealer {
  // The key stays in this closure.
  const key = Buffer.from(hkdfSync("sha256", secret, host, `keyhold cache 1\0${node}`, 32));
  return {
    seal: (place, plain) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associated(node, place));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), body]);
    },
    open: (place, sealed) => {
      if (sealed.length < SEAL_BYTES || !sealed.subarray(0, MAGIC.length).equals(MAGIC)) {
        throw unfit("it is no sealed file of this release");
      }
      const nonce = sealed.subarray(MAGIC.length, MAGIC.length + NONCE_BYTES);
      const tag = sealed.subarray(MAGIC.length + NONCE_BYTES, SEAL_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associated(node, place)).setAuthTag(tag);
      // Nothing of it is used before the tag is checked.
      const plain = decipher.update(sealed.subarray(SEAL_BYTES));
      try {
        return Buffer.concat([plain, decipher.final()]);
      } catch (cause) {
        throw unfit("it was changed, or sealed for another place, node or host", cause);
      } finally {
        plain.fill(0);
      }
    },
  };
}

function associated(node: string, { kind, name }: Place): Buffer {
  return Buffer.from(JSON.stringify([MAGIC.toString("latin1"), node, kind, name]));
}

function unfit(message: string, cause?: unknown): KeyholdError {
  return new KeyholdError({ code: "failed", message, cause });
}
