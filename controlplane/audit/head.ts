import { createHmac, timingSafeEqual } from "node:crypto";
import type { AuditHeadRow } from "../database/schema.ts";
import type { DerivedKeys } from "../keys/fingerprint.ts";

/** A place in a log: the row of this number has this hash. */
export interface ChainPoint {
  /** Uid of the organization whose log it is; empty for the server's. */
  readonly log: string;
  readonly sequence: number;
  readonly hash: Uint8Array;
}

type Head = Omit<AuditHeadRow, "seal" | "seal_format">;

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

  of(head: Head): Buffer {
    const { log, organization, base_sequence, base_hash, sequence, hash } = head;
    return this.#over(["head 2", log, organization, base_sequence, hex(base_hash), sequence, hex(hash)]);
  }

  holds(head: AuditHeadRow): boolean {
    return equal(head.seal, head.seal_format === 1 ? this.#ofFormat1(head) : this.of(head));
  }

  /** For what was verified up to here: see {@link AuditCheckpoint}. */
  ofPoint(purpose: "checkpoint" | "walk", { log, sequence, hash }: ChainPoint): Buffer {
    return this.#over([purpose, log, sequence, hex(hash)]);
  }

  holdsPoint(purpose: "checkpoint" | "walk", point: ChainPoint, seal: Uint8Array): boolean {
    return equal(seal, this.ofPoint(purpose, point));
  }

  /** As releases sealed that knew a log by the organization's name only. */
  #ofFormat1({ organization, sequence, hash }: Head): Buffer {
    return this.#over([organization, sequence, hex(hash)]);
  }

  #over(parts: readonly (string | number)[]): Buffer {
    return createHmac("sha256", this.#key()).update(JSON.stringify(parts)).digest();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function equal(given: Uint8Array, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(expected, given);
}

export function headSeal(keys: DerivedKeys): HeadSeal {
  return new HeadSeal(() => keys.derive("audit head"));
}
