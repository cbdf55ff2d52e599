import { createHmac, timingSafeEqual } from "node:crypto";
import type { AuditHeadRow } from "../database/schema.ts";

/**
 * Vouches for where a log ends. Without it whoever can write the database could cut the log's end off, or write all of it
 * anew; the key is wrapped by the root key, which is not in the database.
 */
export class HeadSeal {
  readonly #key: () => Buffer;

  /** @param key asked for at each use: a rotation may replace it while the server runs */
  constructor(key: () => Buffer) {
    this.#key = key;
  }

  of(head: Pick<AuditHeadRow, "organization" | "sequence" | "hash">): Buffer {
    const text = JSON.stringify([head.organization, head.sequence, Buffer.from(head.hash).toString("hex")]);
    return createHmac("sha256", this.#key()).update(text).digest();
  }

  holds(head: AuditHeadRow): boolean {
    const expected = this.of(head);
    return head.seal.length === expected.length && timingSafeEqual(expected, head.seal);
  }
}
