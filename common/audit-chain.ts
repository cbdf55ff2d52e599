import { createHash } from "node:crypto";
import { type AuditFields, isPrivate, publicForm } from "./audit-row.ts";

/** The hash before the first row of a log. */
export const BEFORE_THE_FIRST: Uint8Array = Buffer.alloc(32);

const PURPOSE = { 1: "keyhold.v1 audit row", 2: "keyhold.v1 audit row 2" } as const;
const COMMITMENT_PURPOSE = "keyhold.v1 audit row private part";

/** How a reader can check the private part of a row: with the salt if the row shows it, else with the commitment. */
export interface PrivatePart {
  /** Random; empty if the row has no private part, or does not show it. */
  readonly salt: Uint8Array;
  /** Hash of the salt and of what is hidden; empty unless something is hidden. */
  readonly commitment: Uint8Array;
}

export const NOTHING_PRIVATE: PrivatePart = { salt: Buffer.alloc(0), commitment: Buffer.alloc(0) };

/**
 * SHA-256 of a row and of the hash before it. Every field goes in with its length before it, so that no two different rows
 * have the same bytes: `ab` + `c` is not `a` + `bc`.
 *
 * Format 2 covers the row's public form and a commitment to its private part, so a row whose private names are hidden has the
 * same hash as the whole row.
 */
export function hashOfRow(row: AuditFields, before: Uint8Array, part: PrivatePart = NOTHING_PRIVATE): Buffer {
  if (row.format === 1) return hashOf([PURPOSE[1], before, ...fieldsOfFormat1(row)]);
  const commitment = part.commitment.length > 0 ? part.commitment : commitmentOf(row, part.salt);
  return hashOf([PURPOSE[2], before, ...fieldsOfFormat2(publicForm(row)), commitment]);
}

/**
 * What a row with hidden names shows in place of its salt.
 * @returns empty for a row without a private part
 */
export function commitmentOf(row: AuditFields, salt: Uint8Array): Uint8Array {
  if (!isPrivate(row)) return Buffer.alloc(0);
  return hashOf([COMMITMENT_PURPOSE, salt, row.resource, row.comment, ...row.details]);
}

function hashOf(fields: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const field of fields) {
    const bytes = typeof field === "string" ? Buffer.from(field, "utf8") : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

/** The order is part of the format: it never changes. */
function fieldsOfFormat1(row: AuditFields): string[] {
  const { organization, sequence, time, principal, address, requestId, action, resource } = row;
  const what = [action, resource, String(row.version), row.result, row.comment];
  return [organization, String(sequence), String(time), principal, address, requestId, ...what];
}

/** The order is part of the format: it never changes. The details come last, as their number differs. */
function fieldsOfFormat2(row: AuditFields): string[] {
  const { log, organization, sequence, time, principal, token, address, requestId } = row;
  const { action, resource, resourceUid, ownerUid, version, result, count, comment, details } = row;
  return [
    ...[log, organization, String(sequence), String(time), principal, token, address, requestId],
    ...[action, resource, resourceUid, ownerUid, String(version), result, String(count), comment],
    ...[String(details.length), ...details],
  ];
}

/** Where a log stops being what it should be. */
export interface Break {
  /** The first sequence number that does not fit. */
  readonly sequence: number;
  readonly problem: string;
}

/** Follows a log from its first row, or from one that was checked before; it is told of every row, in order. */
export class ChainWalk {
  #sequence: number;
  #hash: Uint8Array;

  /** @param start the last row that is known to fit, by number and hash; the beginning of a log if left out */
  constructor(start: { readonly sequence: number; readonly hash: Uint8Array } = AT_THE_BEGINNING) {
    this.#sequence = start.sequence;
    this.#hash = start.hash;
  }

  /** Of the last row that fits: 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  /** @returns what is wrong, if the row does not follow the one before */
  next(row: AuditFields, stored: Uint8Array, part: PrivatePart = NOTHING_PRIVATE): Break | undefined {
    const expected = this.#sequence + 1;
    if (row.sequence !== expected) {
      return { sequence: expected, problem: `row ${expected} is missing: row ${row.sequence} follows` };
    }
    const hash = hashOfRow(row, this.#hash, part);
    if (!hash.equals(stored)) {
      return { sequence: expected, problem: `row ${expected} was changed, or is not where it was written` };
    }
    this.skip(expected, hash);
    return undefined;
  }

  /** Goes on behind a row that cannot be checked by itself; the row after it covers its hash. */
  skip(sequence: number, hash: Uint8Array): void {
    this.#sequence = sequence;
    this.#hash = hash;
  }
}

const AT_THE_BEGINNING = { sequence: 0, hash: BEFORE_THE_FIRST };
