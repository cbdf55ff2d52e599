import { findNodeAtOffset, parseTree } from "jsonc-parser";

/*
 * Changes one member of an object in JSON text and leaves every other byte as it is. The library's own `modify` formats what it adds
 * by fixed rules, and edits the first of two members of one name, of which the engine reads the last; so only its parser is used.
 * All functions expect text that JSON.parse accepts.
 */

interface Member {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** An object of the text: `start` is its `{`, `end` is just behind its `}`. */
interface ObjectSpan {
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

/** How the file is laid out, as far as one can tell from what is there. */
interface Layout {
  /** One level of indentation; undefined for text on a single line. */
  readonly unit: string | undefined;
  readonly colon: ": " | ":";
}

/**
 * Sets the member at `path`, making missing objects on the way; a new member goes last. What is on the way has to be an
 * object. The new lines are laid out as their neighbours are. Text that holds an equal value already comes back unchanged.
 */
export function setMember(text: string, path: readonly [string, ...string[]], value: unknown): string {
  const layout = layoutOf(text);
  let object = readObject(text, skipSpace(text, 0));
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth + 1);
    const member = object.members.findLast((each) => each.key === key);
    if (member === undefined) return insert(text, object, key, nest(rest, value), layout);
    if (rest.length > 0) {
      object = readObject(text, member.valueStart);
      continue;
    }
    const old: unknown = JSON.parse(text.slice(member.valueStart, member.valueEnd));
    if (JSON.stringify(old) === JSON.stringify(value)) return text;
    const shown = show(value, indentAt(text, member.keyStart), layout);
    return text.slice(0, member.valueStart) + shown + text.slice(member.valueEnd);
  }
  return text;
}

/** Takes the member at `path` away, with its comma. Text without it comes back unchanged. */
export function removeMember(text: string, path: readonly [string, ...string[]]): string {
  let object = readObject(text, skipSpace(text, 0));
  for (const [depth, key] of path.entries()) {
    const index = object.members.findLastIndex((each) => each.key === key);
    const member = object.members[index];
    if (member === undefined) return text;
    if (depth === path.length - 1) return cut(text, object, index);
    object = readObject(text, member.valueStart);
  }
  return text;
}

function cut(text: string, object: ObjectSpan, index: number): string {
  const [before, member, after] = [
    object.members[index - 1],
    object.members[index],
    object.members[index + 1],
  ];
  if (member === undefined) return text;
  if (before !== undefined) return text.slice(0, before.valueEnd) + text.slice(member.valueEnd);
  if (after !== undefined) return text.slice(0, member.keyStart) + text.slice(after.keyStart);
  return `${text.slice(0, object.start)}{}${text.slice(object.end)}`;
}

function insert(text: string, object: ObjectSpan, key: string, value: unknown, layout: Layout): string {
  const [first, last] = [object.members[0], object.members.at(-1)];
  const oneLine =
    layout.unit === undefined ||
    (first !== undefined && !text.slice(object.start, first.keyStart).includes("\n"));
  const line = oneLine ? { ...layout, unit: undefined } : layout;
  const outer = indentAt(text, object.start);
  const inner = first === undefined || oneLine ? outer + (line.unit ?? "") : indentAt(text, first.keyStart);
  const member = `${JSON.stringify(key)}${layout.colon}${show(value, inner, line)}`;
  const [gap, close] = oneLine
    ? [last === undefined || layout.colon === ":" ? "" : " ", ""]
    : [`\n${inner}`, `\n${outer}`];
  if (last === undefined)
    return `${text.slice(0, object.start)}{${gap}${member}${close}}${text.slice(object.end)}`;
  return `${text.slice(0, last.valueEnd)},${gap}${member}${text.slice(last.valueEnd)}`;
}

function nest(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function show(value: unknown, indent: string, layout: Layout): string {
  if (layout.unit !== undefined)
    return JSON.stringify(value, undefined, layout.unit).replaceAll("\n", `\n${indent}`);
  if (layout.colon === ":") return JSON.stringify(value);
  // The layout of text on one line with spaces; a line break inside a string is escaped, so these are all ours.
  return JSON.stringify(value, undefined, 1)
    .replace(/([{[])\n\s*/g, "$1")
    .replace(/\n\s*([}\]])/g, "$1")
    .replace(/\n\s*/g, " ");
}

function layoutOf(text: string): Layout {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? (text.trim().includes("\n") ? "  " : undefined);
  return { unit, colon: /":\S/.test(text) && !/": /.test(text) ? ":" : ": " };
}

/** The white space in front of the line that this position is on. */
function indentAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf("\n", position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, position))?.[0] ?? "";
}

/** The object that begins at this position. */
function readObject(text: string, start: number): ObjectSpan {
  const root = parseTree(text, undefined, { disallowComments: true });
  const object = root && findNodeAtOffset(root, start);
  if (object?.type !== "object") throw new SyntaxError("not an object");
  const members = (object.children ?? []).flatMap(({ children = [] }) => {
    const [key, value] = children;
    if (key === undefined || value === undefined) return [];
    const valueEnd = value.offset + value.length;
    return [{ key: String(key.value), keyStart: key.offset, valueStart: value.offset, valueEnd }];
  });
  return { start: object.offset, end: object.offset + object.length, members };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at += 1;
  return at;
}
