import { KeyholdError } from "../../../../common/errors.ts";
import type { RootKey } from "../../key-provider.ts";
import type { TransitClient } from "./transit-client.ts";

const CIPHERTEXT = /^vault:v\d+:[A-Za-z0-9+/=]+$/;
/** The types that can bind associated data. */
const AEAD = new Set(["aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"]);

/** A root key in the Transit engine: it never leaves there, each data key goes there and back. */
export class TransitKey implements RootKey {
  readonly #client: TransitClient;

  constructor(client: TransitClient) {
    this.#client = client;
  }

  async wrap(key: Buffer, aad: Buffer): Promise<Uint8Array> {
    const { ciphertext } = await this.#client.call({
      method: "POST",
      path: `encrypt/${this.#name}`,
      body: { plaintext: key.toString("base64"), associated_data: aad.toString("base64") },
      doing: "wrap a data key",
    });
    if (typeof ciphertext === "string" && CIPHERTEXT.test(ciphertext))
      return Buffer.from(ciphertext, "ascii");
    throw this.#strange("wrap a data key");
  }

  /** A 400 means other bytes, another place or another key, as a failed authentication tag does with a key of our own. */
  async unwrap(bytes: Uint8Array, aad: Buffer): Promise<Buffer> {
    const ciphertext = Buffer.from(bytes).toString("ascii");
    if (!CIPHERTEXT.test(ciphertext)) throw new Error("the wrapped key is not of Transit's format");
    try {
      const { plaintext } = await this.#client.call({
        method: "POST",
        path: `decrypt/${this.#name}`,
        body: { ciphertext, associated_data: aad.toString("base64") },
        doing: "unwrap a data key",
      });
      if (typeof plaintext === "string" && plaintext !== "") return Buffer.from(plaintext, "base64");
    } catch (thrown) {
      if (thrown instanceof KeyholdError && thrown.code === "invalid") throw asPrecondition(thrown);
      throw thrown;
    }
    throw this.#strange("unwrap a data key");
  }

  /**
   * Checks that it is a key for this: it exists (Transit would make one at the first encryption), can bind associated data
   * and needs no context.
   * @throws KeyholdError `precondition`, or as the client
   */
  async check(): Promise<void> {
    const { type, derived } = await this.#client.call({
      method: "GET",
      path: `keys/${this.#name}`,
      doing: "read the root key's type",
    });
    const { mount, key } = this.#client.settings;
    const next = `make one with: vault write -f ${mount}/keys/NAME type=aes256-gcm96`;
    if (typeof type !== "string" || !AEAD.has(type)) {
      const message = `${mount}/${key} is a key of type ${String(type)}, which cannot bind associated data`;
      throw new KeyholdError({ code: "precondition", message, next });
    }
    if (derived === true) {
      const message = `${mount}/${key} is a derived key, which needs a context`;
      throw new KeyholdError({ code: "precondition", message, next });
    }
  }

  /** Gives the key a new version; what older ones wrapped can still be unwrapped. */
  async rotate(): Promise<void> {
    await this.#client.call({
      method: "POST",
      path: `keys/${this.#name}/rotate`,
      doing: "rotate the root key",
    });
  }

  get #name(): string {
    return encodeURIComponent(this.#client.settings.key);
  }

  #strange(doing: string): KeyholdError {
    return new KeyholdError({
      code: "failed",
      message: `cannot ${doing}: ${this.#client.settings.address} did not answer as Transit does`,
      next: "check --kms-address and --kms-mount",
    });
  }
}

function asPrecondition(error: KeyholdError): KeyholdError {
  const { message, next } = error;
  return new KeyholdError({ code: "precondition", message, next, cause: error });
}
