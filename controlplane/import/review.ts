import type { SecretValue } from "../../common/secret-value.ts";
import type { SecretKind } from "../../common/workload/secret-kind.ts";
import type { ImportEntry, ParsedFile } from "./import-file.ts";
import { type LineProblem, unacceptable } from "./problems.ts";

/** As in ImportSecretsResponse. */
type ImportOutcome = "CREATED" | "REPLACED" | "SKIPPED" | "UNCHANGED" | "INVALID";

/** What becomes of one line of a file. CREATED and REPLACED are to be written; the others are not. */
export interface ReviewedEntry {
  /** Empty for an invalid line without a readable name. */
  readonly name: string;
  /** undefined for an invalid line. */
  readonly value: SecretValue | undefined;
  readonly file: string;
  readonly line: number;
  readonly outcome: ImportOutcome;
  /** Sentences for a person; never the value. */
  readonly warnings: readonly string[];
  /** Why the line is invalid; empty for every other outcome. */
  readonly problem: string;
}

/** One file of an import. */
export interface NamedFile {
  /** As the caller named it; empty if it was the only one. */
  readonly file: string;
  readonly parsed: ParsedFile;
}

/** An entry with the file that it comes from. */
export interface FileEntry extends ImportEntry {
  readonly file: string;
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
  warningsOf(name: string, value: SecretValue): readonly string[];
}

export interface ReviewOptions {
  readonly overwrite: boolean;
  /** Leave out invalid lines in place of refusing the whole import. */
  readonly skipInvalid: boolean;
}

/**
 * Decides what an import would do; doing it is the caller's. One line that cannot be accepted refuses everything, unless
 * `skipInvalid`. A name given twice is not refused: the last one wins, as in every tool that reads `.env` files, the earlier ones are
 * SKIPPED, and both say so with the other's line.
 *
 * @returns the entries in the order of the files; at most one entry of a name is to be written
 * @throws KeyholdError `invalid` listing the first 20 problems by line
 */
export function reviewImport(
  files: readonly NamedFile[],
  existing: ReadonlyMap<string, ExistingSecret>,
  options: ReviewOptions,
  rules: ImportRules,
): readonly ReviewedEntry[] {
  const all = entriesOf(files);
  const unread = files.flatMap(({ file, parsed }) => parsed.problems.map((each) => ({ ...each, file })));
  const refused = refusals([...lastOfEachName(all).values()], existing, rules);
  const problems = inOrder([...unread, ...refused], files);
  if (problems.length === 0 && all.length === 0)
    problems.push({ line: 1, message: "the file gives no NAME=VALUE" });
  if (problems.length > 0 && (!options.skipInvalid || all.length === 0)) throw unacceptable(problems);
  const bad = new Set(refused.map(placeOf));
  const good = all.filter((entry) => !bad.has(placeOf(entry)));
  return inOrder([...problems.map(invalid), ...reviewedAll(good, existing, options, rules)], files);
}

/** All entries with their file. */
export function entriesOf(files: readonly NamedFile[]): readonly FileEntry[] {
  return files.flatMap(({ file, parsed }) => parsed.entries.map((entry) => ({ ...entry, file })));
}

/** The entries that count: of each name the last one. */
export function lastOfEachName(entries: readonly FileEntry[]): ReadonlyMap<string, FileEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

interface Place {
  readonly file?: string | undefined;
  readonly line: number;
}

const placeOf = ({ file = "", line }: Place) => `${file}\0${line}`;

function inOrder<T extends Place>(places: readonly T[], files: readonly NamedFile[]): T[] {
  const order = new Map(files.map(({ file }, index) => [file, index]));
  const rank = ({ file = "" }: T) => order.get(file) ?? 0;
  return places.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line);
}

function reviewedAll(
  entries: readonly FileEntry[],
  existing: ReadonlyMap<string, ExistingSecret>,
  { overwrite }: ReviewOptions,
  rules: ImportRules,
): readonly ReviewedEntry[] {
  const last = lastOfEachName(entries);
  const earlier = earlierEntries(entries, last);
  return entries.map((entry) => {
    const winner = last.get(entry.name) ?? entry;
    if (winner !== entry) return superseded(entry, winner);
    const warnings = [
      ...repeated(earlier.get(entry.name) ?? []),
      ...rules.warningsOf(entry.name, entry.value),
    ];
    return reviewed(entry, existing.get(entry.name), overwrite, warnings);
  });
}

function refusals(
  entries: readonly FileEntry[],
  existing: ReadonlyMap<string, ExistingSecret>,
  rules: ImportRules,
): readonly LineProblem[] {
  return entries.flatMap(({ name, value, file, line }) => {
    const message =
      rules.checkName(name) ?? rules.checkValue(name, value) ?? otherKind(name, existing.get(name));
    return message === undefined ? [] : [{ file, line, name, message }];
  });
}

/** Refused also without `overwrite`: the author of the file expects a variable of that name. */
function otherKind(name: string, existing: ExistingSecret | undefined): string | undefined {
  if (existing === undefined || existing.kind === "env") return undefined;
  return `${name} exists as a secret of kind ${existing.kind}; rename it, or delete that one first`;
}

function earlierEntries(
  entries: readonly FileEntry[],
  last: ReadonlyMap<string, FileEntry>,
): ReadonlyMap<string, readonly FileEntry[]> {
  return Map.groupBy(
    entries.filter((entry) => last.get(entry.name) !== entry),
    ({ name }) => name,
  );
}

function invalid({ file = "", line, name = "", message }: LineProblem): ReviewedEntry {
  return { name, value: undefined, file, line, outcome: "INVALID", warnings: [], problem: message };
}

function superseded(entry: FileEntry, winner: FileEntry): ReviewedEntry {
  const value = entry.value.equals(winner.value) ? "the same value" : "another value";
  const where = winner.file === entry.file ? `Line ${winner.line}` : `${winner.file} line ${winner.line}`;
  return reviewedAs(entry, "SKIPPED", [
    `${where} gives ${entry.name} again, with ${value}; the last one counts.`,
  ]);
}

/** Some, not all: a name on every line of a file would make a warning of the file's own size. */
const LINES_NAMED = 5;

function repeated(entries: readonly FileEntry[]): readonly string[] {
  if (entries.length === 0) return [];
  const named = entries.slice(-LINES_NAMED).map(({ line }) => line);
  const more = entries.length > LINES_NAMED ? ` and ${entries.length - LINES_NAMED} more` : "";
  return [`Also given on line ${named.join(", ")}${more}; this one counts.`];
}

function reviewed(
  entry: FileEntry,
  existing: ExistingSecret | undefined,
  overwrite: boolean,
  warnings: readonly string[],
): ReviewedEntry {
  const outcome = outcomeOf(existing, overwrite);
  const skipped =
    outcome === "SKIPPED" ? ["It exists with another value; import with --overwrite to replace it."] : [];
  return reviewedAs(entry, outcome, [...skipped, ...entry.warnings, ...warnings]);
}

function outcomeOf(existing: ExistingSecret | undefined, overwrite: boolean): ImportOutcome {
  if (existing === undefined) return "CREATED";
  if (existing.sameValue) return "UNCHANGED";
  return overwrite ? "REPLACED" : "SKIPPED";
}

function reviewedAs(
  { name, value, file, line }: FileEntry,
  outcome: ImportOutcome,
  warnings: readonly string[],
): ReviewedEntry {
  return { name, value, file, line, outcome, warnings, problem: "" };
}
