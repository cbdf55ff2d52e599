import { createHash } from "node:crypto";

/** What one row of an audit log says. The hash covers all of it, so an export can be checked without the server. */
export interface AuditFields {
  /** The organization's id; empty for the log of the server itself. */
  readonly organization: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly principal: string;
  readonly address: string;
  readonly requestId: string;
  readonly action: string;
  readonly resource: string;
  readonly version: number;
  readonly result: string;
  readonly comment: string;
}

/** The hash before the first row. */
export const BEFORE_THE_FIRST: Uint8Array = Buffer.alloc(32);

const PURPOSE = "keyhold.v1 audit row";

/**
 * SHA-256 of a row and of the hash before it. Every field goes in with its length before it, so that no two different rows
 * have the same bytes: `ab` + `c` is not `a` + `bc`.
 */
export function hashOfRow(row: AuditFields, before: Uint8Array): Buffer {
  const hash = createHash("sha256");
  for (const field of [PURPOSE, before, ...fieldsOf(row)]) {
    const bytes = typeof field === "string" ? Buffer.from(field, "utf8") : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

/** The order is part of the format: it never changes. */
function fieldsOf(row: AuditFields): string[] {
  const { organization, sequence, time, principal, address, requestId, action, resource } = row;
  const what = [action, resource, String(row.version), row.result, row.comment];
  return [organization, String(sequence), String(time), principal, address, requestId, ...what];
}

/** Where a log stops being what it should be. */
export interface Break {
  /** The first sequence number that does not fit. */
  readonly sequence: number;
  readonly problem: string;
}

/** Follows a log from its first row; it is told of every row, in the order in which they are found. */
export class ChainWalk {
  #sequence = 0;
  #hash: Uint8Array = BEFORE_THE_FIRST;

  /** Of the last row that fitted: 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  /** @returns what is wrong, if the row does not follow the one before */
  next(row: AuditFields, stored: Uint8Array): Break | undefined {
    const expected = this.#sequence + 1;
    if (row.sequence !== expected) {
      return { sequence: expected, problem: `row ${expected} is missing: row ${row.sequence} follows` };
    }
    const hash = hashOfRow(row, this.#hash);
    if (!hash.equals(stored)) {
      return { sequence: expected, problem: `row ${expected} was changed, or is not where it was written` };
    }
    this.#sequence = expected;
    this.#hash = hash;
    return undefined;
  }
}
