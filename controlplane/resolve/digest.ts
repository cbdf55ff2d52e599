import { createHash } from "node:crypto";
import { FIELD_NAMES } from "../../common/workload/secret-field.ts";
import type { Candidate } from "./resolution.ts";

/**
 * Equal for equal effective values and places, and only for those; 64 hexadecimal digits. Versions, scopes and comments are
 * not in it: a value that is written again, or moves to another level unchanged, changes nothing for a container.
 * @param winners in any order; their names differ
 */
export function digestOf(winners: readonly Candidate[]): string {
  const ordered = winners.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  // JSON tells every field from its neighbours, and null from an empty text.
  return createHash("sha256")
    .update(JSON.stringify(ordered.map(effectOf)))
    .digest("hex");
}

function effectOf(winner: Candidate): readonly (string | number | null)[] {
  return [winner.id, winner.kind, winner.fingerprint, ...FIELD_NAMES.map((field) => winner[field] ?? null)];
}
