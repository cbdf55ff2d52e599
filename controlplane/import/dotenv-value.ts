import { skipBlanks, trimBlanks } from "./blanks.ts";

/** What stands after `=`. With a fault the value is not to be used. */
export interface ReadValue {
  readonly value: string;
  readonly warnings: readonly string[];
  readonly faults: readonly string[];
  /** Index of the line feed that ends it, or the text's length. */
  readonly end: number;
}

/**
 * @param from index after `=`
 * @param endOfLine index of the next line feed, or the text's length
 */
export function readValue(text: string, from: number, endOfLine: number): ReadValue {
  const start = skipBlanks(text, from);
  const first = text[start];
  if (first === "'" || first === '"') return readQuoted(text, start, first);
  if (first === "`") return { ...NO_VALUE, faults: [BACKTICK], end: endOfLine };
  return readUnquoted(text.slice(from, endOfLine), endOfLine);
}

const NO_VALUE = { value: "", warnings: [] };
const BACKTICK = "a value that begins with `, which is a quote for some tools only; put it in ' or \" quotes";
const LONE_RETURN =
  "a carriage return in an unquoted value; save the file with LF or CRLF line ends, or quote it";
const NOT_EXPANDED = "$" + "{…} stays as it is written: no variable is expanded.";

function readUnquoted(rest: string, end: number): ReadValue {
  if (rest.includes("\r")) return { ...NO_VALUE, faults: [LONE_RETURN], end };
  const comment = rest.search(/[ \t]#/);
  const value = trimBlanks(comment < 0 ? rest : rest.slice(0, comment));
  const cut = comment >= 0 && value !== "" ? [CUT_OFF] : [];
  return { value, warnings: [...cut, ...unquotedWarnings(value)], faults: [], end };
}

function readQuoted(text: string, open: number, quote: "'" | '"'): ReadValue {
  const close = quote === "'" ? text.indexOf(quote, open + 1) : closingDoubleQuote(text, open + 1);
  // Where the value was meant to end is anybody's guess, so nothing after it is read, and none of it reported.
  if (close < 0) return { ...NO_VALUE, faults: [neverClosed(quote)], end: text.length };
  const found = text.indexOf("\n", close);
  const end = found < 0 ? text.length : found;
  if (!endsLine(text.slice(close + 1, end))) return { ...NO_VALUE, faults: [afterQuote(quote)], end };
  const inside = text.slice(open + 1, close);
  if (quote === "'") return { value: inside, warnings: [], faults: [], end };
  return { value: unescaped(inside), warnings: expansionWarnings(inside), faults: [], end };
}

/**
 * True for blanks and a comment. A `#` right after the quote is no comment: it is how a forgotten quote shows that swallowed
 * the lines up to one like `COLOR="#ff0000"`.
 */
function endsLine(rest: string): boolean {
  return /^[ \t]*$|^[ \t]+#[^\r]*$/.test(rest);
}

function neverClosed(quote: string): string {
  return `a value whose opening ${quote} is never closed; nothing after it was read`;
}

function afterQuote(quote: "'" | '"'): string {
  const inside = quote === '"' ? 'write \\" for a " inside' : "a ' inside needs \" quotes";
  return `text after the closing ${quote}, or a ${quote} not closed; ${inside}`;
}

function closingDoubleQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/** Escapes that are not in the list keep their backslash: `"\d+"` is a pattern, not a mistake. */
function unescaped(text: string): string {
  return text.replace(/\\([nrt"\\$])/g, (whole, escaped: string) => ESCAPES[escaped] ?? whole);
}

const CUT_OFF = "The text after a blank and # was taken for a comment; quote the value if it belongs to it.";
const BEGINS_WITH_HASH =
  "The value begins with #; other readers of .env files take the line for an empty value.";
const DOLLARS = "$" + "$ stays two characters; in a Compose file it stands for one $.";
const COMMAND = "$" + "(…) and `…` stay as they are written: no command is run.";
const BACKSLASH_BLANK = "A backslash before a blank stays part of the value; quote the value instead.";
const CONTINUED = "The value ends in a backslash, which joins no lines here; quote a value of several lines.";

function unquotedWarnings(value: string): readonly string[] {
  return [
    ...expansionWarnings(value),
    ...(value.startsWith("#") ? [BEGINS_WITH_HASH] : []),
    ...(value.includes("$$") ? [DOLLARS] : []),
    ...(/\$\(|`/.test(value) ? [COMMAND] : []),
    ...(/\\ /.test(value) ? [BACKSLASH_BLANK] : []),
    ...(value.endsWith("\\") ? [CONTINUED] : []),
  ];
}

/** Elsewhere `${NAME}` would have been replaced; `\${NAME}` and single quotes say that it is meant. */
function expansionWarnings(written: string): readonly string[] {
  return /(?<!\\)\$\{[A-Za-z_]/.test(written) ? [NOT_EXPANDED] : [];
}
