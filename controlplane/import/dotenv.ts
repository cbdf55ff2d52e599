import { SecretValue } from "../../common/secret-value.ts";
import { readName } from "./dotenv-name.ts";
import { type ReadValue, readValue } from "./dotenv-value.ts";
import type { ImportEntry, ParsedFile } from "./import-file.ts";
import type { LineProblem } from "./problems.ts";
import { decodeText } from "./text.ts";

/**
 * Reads the text of a `.env` file. The readers of such files disagree; where they do, this one takes what loses no byte of
 * a secret, and where nothing can be taken for granted it says so with the line.
 *
 * |                      | here                         | dotenv (npm)         | docker --env-file | compose           |
 * | -------------------- | ---------------------------- | -------------------- | ----------------- | ----------------- |
 * | `A=x#y`              | `x#y`                        | `x`                  | `x#y`             | `x#y`             |
 * | `A=x # y`            | `x`                          | `x`                  | `x # y`           | `x`               |
 * | `A="x"`, `A='x'`     | `x`                          | `x`                  | with its quotes   | `x`               |
 * | quotes over lines    | yes                          | yes                  | no                | yes               |
 * | escapes in `"…"`     | `\n \r \t \" \\ \$`          | `\n \r`              | none              | as here, and more |
 * | another `\z` in them | both characters              | both                 | both              | both              |
 * | escapes in `'…'`     | none                         | none                 | none              | `\'`              |
 * | `` A=`x` ``          | refused                      | `x`                  | with its quotes   | with its quotes   |
 * | `$B`, `${B}`         | stays (warns: `${B}`)        | stays                | stays             | expanded          |
 * | `A = x`, `export A=` | yes                          | yes                  | no                | yes               |
 * | `A=x; export A`      | refused                      | `x; export A`        | `x; export A`     | `x; export A`     |
 * | `export A` after `A=`| says nothing more            | ignored              | the caller's `A`  | the caller's `A`  |
 * | `A` without `=`      | refused                      | ignored              | the caller's `A`  | the caller's `A`  |
 * | `A: x` (YAML)        | refused                      | `x`                  | no                | `x`               |
 * | CRLF                 | LF, in quotes too            | LF, in quotes too    | stripped          | not in quotes     |
 * | a lone CR            | kept in quotes, else refused | a line end           | kept              | kept              |
 * | `A="x"y`, `A="x"#y`  | refused                      | quotes are kept, `x` | kept              | refused           |
 *
 * Around an unquoted value blanks and tabs are dropped; nothing else is. An empty value is an empty string. A CRLF that must
 * arrive is written `\r\n` in double quotes. A byte order mark is skipped. Bytes that are not UTF-8, and NUL, are problems.
 */
export function parseDotenv(bytes: Uint8Array): ParsedFile {
  const decoded = decodeText(bytes);
  const unreadable = new Set(decoded.problems.map((problem) => problem.line));
  const entries: ImportEntry[] = [];
  const problems: LineProblem[] = [...decoded.problems];
  const given = new Set<string>();
  for (const { name, value, warnings, line, last, faults, exported } of statementsOf(decoded.text)) {
    // Its text is not what the file holds, and why has been said already.
    if (touches(unreadable, line, last)) continue;
    // `export A` after `A=…` repeats what every variable here is.
    if (exported !== undefined && given.has(exported)) continue;
    given.add(name);
    for (const message of faults) problems.push({ line, message });
    if (faults.length === 0) entries.push({ name, value: SecretValue.of(value), line, warnings });
  }
  return { entries, problems: problems.sort((a, b) => a.line - b.line) };
}

interface Statement {
  readonly name: string;
  readonly value: string;
  /** The name in a line `export NAME` without a value. */
  readonly exported?: string;
  readonly warnings: readonly string[];
  readonly faults: readonly string[];
  /** The first and the last line it stands on. */
  readonly line: number;
  readonly last: number;
}

/** Everything but blank lines and comments. Each round begins at the start of a line. */
function* statementsOf(text: string): Generator<Statement> {
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const statement = readStatement(text, start);
    const last = line + lineFeeds(text, start, statement.end);
    if (statement.name !== "" || statement.faults.length > 0) yield { ...statement, line, last };
    start = statement.end + 1;
    line = last + 1;
  }
}

type ReadStatement = ReadValue & { readonly name: string; readonly exported?: string };

function readStatement(text: string, start: number): ReadStatement {
  const end = endOfLine(text, start);
  const line = text.slice(start, end);
  const nothing = { name: "", value: "", warnings: [], end };
  if (/^[ \t]*(?:#|$)/.test(line)) return { ...nothing, faults: line.includes("\r") ? [LONE_RETURN] : [] };
  const exported = /^[ \t]*export[ \t]+([A-Za-z_][A-Za-z0-9_]*)[ \t]*$/.exec(line)?.[1];
  if (exported !== undefined) return { ...nothing, exported, faults: [EXPORT_ONLY] };
  const equals = line.indexOf("=");
  if (YAML_LINE.test(line)) return { ...nothing, faults: [LOOKS_LIKE_YAML] };
  if (equals < 0) return { ...nothing, faults: [NO_EQUALS] };
  const { name, fault } = readName(line.slice(0, equals));
  const value = readValue(text, start + equals + 1, end);
  const shell = shellFault(line, equals);
  if (shell !== undefined) return { ...value, name, faults: [shell] };
  return { ...value, name, faults: fault === undefined ? value.faults : [fault, ...value.faults] };
}

/** `NAME: value`, also with `=` in the value, as in a URL. */
const YAML_LINE = /^[ \t]*[A-Za-z_][A-Za-z0-9_.-]*:(?:[ \t]|$)/;
const LOOKS_LIKE_YAML = "NAME: VALUE is YAML; import the file with --format yaml, or write NAME=VALUE";
const EXPORT_ONLY = "export of a name that the file gives no value before; write NAME=VALUE";
const EXPORT_AFTER =
  "a shell command after the value; write NAME=VALUE on a line of its own, without export after it";
const EXPORT_SEVERAL = "export with several names; write each NAME=VALUE on a line of its own";

/** What a shell would run as commands, and a reader of `.env` files would take for a part of the value. */
function shellFault(line: string, equals: number): string | undefined {
  const rest = line.slice(equals + 1).trimStart();
  if (/^['"]/.test(rest)) return undefined;
  if (/(?:;|&&)[ \t]*export[ \t]+[A-Za-z_]/.test(rest)) return EXPORT_AFTER;
  const isExport = /^[ \t]*export[ \t]/.test(line);
  return isExport && /^\S*[ \t]+[A-Za-z_][A-Za-z0-9_]*=/.test(rest) ? EXPORT_SEVERAL : undefined;
}

/** The rest of the line may be the end of a value pasted without quotes: it is not repeated. */
const NO_EQUALS = 'no "="; write NAME=VALUE, and quotes around a value of several lines';
const LONE_RETURN = "a carriage return that ends no line; save the file with LF or CRLF line ends";

function endOfLine(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found < 0 ? text.length : found;
}

function lineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function touches(lines: ReadonlySet<number>, first: number, last: number): boolean {
  if (lines.size === 0) return false;
  for (let line = first; line <= last; line += 1) if (lines.has(line)) return true;
  return false;
}
