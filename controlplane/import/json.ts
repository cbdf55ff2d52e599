import { type Node, type ParseError, parseTree } from "jsonc-parser";
import { SecretValue } from "../../common/secret-value.ts";
import type { ImportEntry, ParsedFile } from "./import-file.ts";
import type { LineProblem } from "./problems.ts";
import { decodeText } from "./text.ts";

const FLAT = 'write one level of "NAME": "VALUE"';

/**
 * Reads a JSON object of names to values. Numbers and booleans keep the text that the file has for them (`1.50`). Lists, objects and
 * null are problems: what they mean for an environment variable is a guess.
 */
export function parseJson(bytes: Uint8Array): ParsedFile {
  const { text, problems } = decodeText(bytes);
  if (problems.length > 0) return { entries: [], problems };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  const [first] = errors;
  // Everything after the first error is a guess.
  if (first !== undefined) {
    return {
      entries: [],
      problems: [{ line: lineAt(first.offset), message: "the file is not JSON from here on" }],
    };
  }
  if (root?.type !== "object") {
    return { entries: [], problems: [{ line: 1, message: `the file is not a JSON object; ${FLAT}` }] };
  }
  return gather(root.children ?? [], text, lineAt);
}

function gather(properties: readonly Node[], text: string, lineAt: (offset: number) => number): ParsedFile {
  const entries: ImportEntry[] = [];
  const problems: LineProblem[] = [];
  for (const { children: [key, value] = [] } of properties) {
    if (key === undefined || value === undefined) continue;
    const line = lineAt(key.offset);
    const fault = FAULTS[value.type];
    if (fault !== undefined) problems.push({ line, message: fault });
    else
      entries.push({
        name: String(key.value),
        value: SecretValue.of(textOf(value, text)),
        line,
        warnings: [],
      });
  }
  return { entries, problems };
}

const FAULTS: Partial<Record<Node["type"], string>> = {
  object: `a value that is an object; ${FLAT}`,
  array: `a value that is a list; ${FLAT}`,
  null: 'a value that is null; write "" for an empty value',
};

function textOf({ type, value, offset, length }: Node, text: string): string {
  return type === "string" ? String(value) : text.slice(offset, offset + length);
}
