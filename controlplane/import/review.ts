import type { SecretValue } from "../../common/secret-value.ts";
import type { SecretKind } from "../secrets/records.ts";
import type { DotenvEntry, ParsedDotenv } from "./dotenv.ts";
import { type LineProblem, unacceptable } from "./problems.ts";

/** As in ImportSecretsResponse. */
export type ImportOutcome = "CREATED" | "REPLACED" | "SKIPPED" | "UNCHANGED";

/** What becomes of one line of the file. CREATED and REPLACED are to be written; the others are not. */
export interface ReviewedEntry {
  readonly name: string;
  readonly value: SecretValue;
  readonly line: number;
  readonly outcome: ImportOutcome;
  /** Sentences for a person; never the value. */
  readonly warnings: readonly string[];
}

export interface ImportReview {
  /** In the order of the file. At most one entry of a name is to be written. */
  readonly entries: readonly ReviewedEntry[];
}

/** A live secret of the scope that has a name of the file. */
export interface ExistingSecret {
  readonly kind: SecretKind;
  /** Whether its value is the one that {@link lastOfEachName} has for the name. */
  readonly sameValue: boolean;
}

/** What a secret of kind `env` may be. A check answers with what is wrong, or undefined. */
export interface ImportRules {
  checkName(name: string): string | undefined;
  /** Never the value. */
  checkValue(name: string, value: SecretValue): string | undefined;
  /** What is accepted and looks wrong, in sentences. */
  warningsOf(name: string): readonly string[];
}

/**
 * Decides what an import would do; doing it is the caller's. All or nothing: one line that cannot be accepted refuses the
 * file. A name given twice in the file is not refused: the last one wins, as in every tool that reads `.env` files, the
 * earlier ones are SKIPPED, and both say so with the other's line.
 *
 * @throws KeyholdError `invalid` listing the first 20 problems by line
 */
export function reviewImport(
  parsed: ParsedDotenv,
  existing: ReadonlyMap<string, ExistingSecret>,
  options: { readonly overwrite: boolean },
  rules: ImportRules,
): ImportReview {
  const last = lastOfEachName(parsed.entries);
  const problems = [...parsed.problems, ...refusals([...last.values()], existing, rules)];
  if (problems.length === 0 && last.size === 0)
    problems.push({ line: 1, message: "no NAME=VALUE in the file" });
  if (problems.length > 0) throw unacceptable(problems);
  const earlier = earlierLines(parsed.entries, last);
  const entries = parsed.entries.map((entry) => {
    const winner = last.get(entry.name) ?? entry;
    if (winner !== entry) return superseded(entry, winner);
    const repeats = earlier.get(entry.name) ?? [];
    return reviewed(entry, existing.get(entry.name), options.overwrite, [
      ...repeated(repeats),
      ...rules.warningsOf(entry.name),
    ]);
  });
  return { entries };
}

/** The entries that count: of each name the last one. */
export function lastOfEachName(entries: readonly DotenvEntry[]): ReadonlyMap<string, DotenvEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function refusals(
  entries: readonly DotenvEntry[],
  existing: ReadonlyMap<string, ExistingSecret>,
  rules: ImportRules,
): LineProblem[] {
  return entries.flatMap(({ name, value, line }) => {
    const wrong =
      rules.checkName(name) ?? rules.checkValue(name, value) ?? otherKind(name, existing.get(name));
    return wrong === undefined ? [] : [{ line, message: wrong }];
  });
}

/** Refused also without `overwrite`: whoever imports believes that the variable will be there. */
function otherKind(name: string, existing: ExistingSecret | undefined): string | undefined {
  if (existing === undefined || existing.kind === "env") return undefined;
  return `${name} exists as a secret of kind ${existing.kind}; rename it, or delete that one first`;
}

function earlierLines(
  entries: readonly DotenvEntry[],
  last: ReadonlyMap<string, DotenvEntry>,
): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  for (const entry of entries) {
    if (last.get(entry.name) === entry) continue;
    const known = lines.get(entry.name);
    if (known === undefined) lines.set(entry.name, [entry.line]);
    else known.push(entry.line);
  }
  return lines;
}

function superseded(entry: DotenvEntry, winner: DotenvEntry): ReviewedEntry {
  const value = entry.value.equals(winner.value) ? "the same value" : "another value";
  const warning = `Line ${winner.line} gives ${entry.name} again, with ${value}; the last one counts.`;
  return { ...reviewedAs(entry, "SKIPPED"), warnings: [warning] };
}

/** Some, not all: a name on every line of a file would make a warning of the file's own size. */
const LINES_NAMED = 5;

function repeated(lines: readonly number[]): readonly string[] {
  if (lines.length === 0) return [];
  const named = lines.slice(-LINES_NAMED).join(", ");
  const more = lines.length > LINES_NAMED ? ` and ${lines.length - LINES_NAMED} more` : "";
  return [`Also given on line ${named}${more}; this one counts.`];
}

function reviewed(
  entry: DotenvEntry,
  existing: ExistingSecret | undefined,
  overwrite: boolean,
  warnings: readonly string[],
): ReviewedEntry {
  const outcome = outcomeOf(existing, overwrite);
  const skipped = outcome === "SKIPPED" ? ["It exists with another value; overwrite replaces it."] : [];
  return { ...reviewedAs(entry, outcome), warnings: [...skipped, ...entry.warnings, ...warnings] };
}

function outcomeOf(existing: ExistingSecret | undefined, overwrite: boolean): ImportOutcome {
  if (existing === undefined) return "CREATED";
  if (existing.sameValue) return "UNCHANGED";
  return overwrite ? "REPLACED" : "SKIPPED";
}

function reviewedAs(
  { name, value, line }: DotenvEntry,
  outcome: ImportOutcome,
): Omit<ReviewedEntry, "warnings"> {
  return { name, value, line, outcome };
}
