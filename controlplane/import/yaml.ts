import { isMap, isScalar, LineCounter, type Pair, parseDocument, type Scalar } from "yaml";
import { SecretValue } from "../../common/secret-value.ts";
import type { ImportEntry, ParsedFile } from "./import-file.ts";
import type { LineProblem } from "./problems.ts";
import { decodeText } from "./text.ts";

const FLAT = "write one level of NAME: VALUE";

/**
 * Reads a YAML mapping of names to values. Numbers, booleans and dates keep the text that the file has for them (`1.0`, `yes`, `007`).
 * Nested values, null, anchors, aliases and tags are problems: what they mean for an environment variable is a guess.
 */
export function parseYaml(bytes: Uint8Array): ParsedFile {
  const decoded = decodeText(bytes);
  if (decoded.problems.length > 0) return { entries: [], problems: decoded.problems };
  const lines = new LineCounter();
  const document = parseDocument(decoded.text, { lineCounter: lines, schema: "core", uniqueKeys: false });
  const lineAt = (offset: number | undefined) => lines.linePos(offset ?? 0).line;
  // Messages of the parser quote the text of the file, so only their lines are used.
  const faults = document.errors.map(({ pos }) => ({
    line: lineAt(pos[0]),
    message: "this line is not YAML",
  }));
  if (faults.length > 0) return { entries: [], problems: faults };
  if (document.contents === null) return { entries: [], problems: [] };
  if (!isMap(document.contents)) {
    return { entries: [], problems: [{ line: 1, message: `the file is not a mapping; ${FLAT}` }] };
  }
  return gather(document.contents.items as readonly Pair[], lineAt);
}

function gather(pairs: readonly Pair[], lineAt: (offset: number | undefined) => number): ParsedFile {
  const entries: ImportEntry[] = [];
  const problems: LineProblem[] = [];
  for (const { key, value } of pairs) {
    const line = lineAt(isScalar(key) ? key.range?.[0] : undefined);
    const name = isScalar(key) ? textOf(key) : undefined;
    if (name === undefined) problems.push({ line, message: `a name that is not plain text; ${FLAT}` });
    else {
      const fault = faultOf(value);
      if (fault === undefined) {
        entries.push({ name, value: SecretValue.of(textOf(value as Scalar)), line, warnings: [] });
      } else problems.push({ line, message: fault });
    }
  }
  return { entries, problems };
}

function faultOf(value: unknown): string | undefined {
  if (value === null || (isScalar(value) && value.value === null)) {
    return 'a value that is null; write "" for an empty value';
  }
  if (!isScalar(value)) return `a value that is a list, a mapping or an alias; ${FLAT}`;
  if (value.tag?.startsWith("!") === true) return "a value with a tag, which is not resolved here";
  if (value.anchor !== undefined) return "a value with an anchor, which is not resolved here";
  return undefined;
}

function textOf(scalar: Scalar): string {
  return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? String(scalar.value));
}
