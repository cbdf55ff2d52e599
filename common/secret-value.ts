import { inspect } from "node:util";

const SHOWN = "[secret]";

/**
 * The bytes of one secret. Every way of printing it shows `[secret]`, so that a value reaches a log, an error or a JSON
 * document only where the code says `.bytes()` or `.text()` aloud.
 */
export class SecretValue {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Keeps the buffer itself, not a copy: the caller gives it away. */
  static of(value: Uint8Array | string): SecretValue {
    if (typeof value === "string") return new SecretValue(Buffer.from(value, "utf8"));
    return new SecretValue(
      Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    );
  }

  /** The bytes themselves. Read only: they are shared with everyone who holds this value. */
  bytes(): Buffer {
    return this.#bytes;
  }

  /** The value as UTF-8 text. Whoever needs to know that it is valid UTF-8 asks {@link isText} first. */
  text(): string {
    return this.#bytes.toString("utf8");
  }

  /** Size in bytes. */
  get size(): number {
    return this.#bytes.length;
  }

  equals(other: SecretValue): boolean {
    return this.#bytes.equals(other.#bytes);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** True if the bytes are valid UTF-8 without NUL, which is what an environment variable can hold. */
export function isText(value: SecretValue): boolean {
  const bytes = value.bytes();
  return !bytes.includes(0) && Buffer.from(bytes.toString("utf8"), "utf8").equals(bytes);
}
