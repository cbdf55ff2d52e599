import { createHmac, timingSafeEqual } from "node:crypto";

/** What a seal covers, in this order. The first is what kind of row it is: the seal of one kind never holds for another. */
export type SealedFields = readonly [kind: string, ...fields: readonly (string | number | null)[]];

/**
 * Vouches that a row was written by a server that has the root key: the seal's key is wrapped by the root key, which is not in
 * the database. A person who can write the database, and has nothing else, can neither make such a row nor change its fields.
 */
export class RowSeal {
  readonly #key: () => Buffer;

  /** @param key asked for at each use: a rotation may replace it while the server runs */
  constructor(key: () => Buffer) {
    this.#key = key;
  }

  /** 32 bytes. */
  of(fields: SealedFields): Buffer {
    // JSON tells every field from its neighbors, and null from an empty text.
    return createHmac("sha256", this.#key()).update(JSON.stringify(fields)).digest();
  }

  holds(fields: SealedFields, seal: Uint8Array | null): boolean {
    const expected = this.of(fields);
    return seal !== null && seal.length === expected.length && timingSafeEqual(expected, seal);
  }
}
