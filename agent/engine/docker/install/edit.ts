import { fingerprint } from "./places.ts";

/** A file of somebody else's, as it was found. */
export interface FoundFile {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * How to undo an edit of somebody else's file, byte for byte. Only what was replaced is kept, not the file: it may hold credentials
 * that its owner removes later.
 */
export interface EditRecord {
  /** Whether there was a file. */
  readonly existed: boolean;
  readonly modified: number | undefined;
  /** Of the whole text after the edit: while it is the same, undoing is exact. */
  readonly fingerprint: string;
  readonly start: number;
  readonly removed: string;
  readonly inserted: string;
}

/** What undoing makes; `text` undefined: there was no file. */
export interface Undone {
  readonly text: string | undefined;
  readonly modified: number | undefined;
}

/** Notes what an edit did; pure. */
export function recordEdit(before: Undone, after: string): EditRecord {
  const text = before.text ?? "";
  const start = commonStart(text, after);
  const end = commonEnd(text.slice(start), after.slice(start));
  return {
    existed: before.text !== undefined,
    modified: before.modified,
    fingerprint: fingerprint(after),
    start,
    removed: text.slice(start, text.length - end),
    inserted: after.slice(start, after.length - end),
  };
}

/**
 * The file as it was before our edit; pure. Where somebody has edited it since, only what is ours is taken out, with `removeOurs`.
 * So also where nothing is recorded, or the edit was recorded and then not made.
 */
export function undoEdit(
  found: FoundFile | undefined,
  record: EditRecord | undefined,
  removeOurs: (text: string) => string,
): Undone {
  if (found === undefined) return { text: undefined, modified: undefined };
  const { text } = found;
  if (record?.fingerprint !== fingerprint(text)) {
    const without = removeOurs(text);
    return { text: without, modified: without === text ? found.modified : undefined };
  }
  if (!record.existed) return { text: undefined, modified: undefined };
  const { start, removed, inserted, modified } = record;
  return { text: text.slice(0, start) + removed + text.slice(start + inserted.length), modified };
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function commonEnd(one: string, other: string): number {
  let length = 0;
  const most = Math.min(one.length, other.length);
  while (length < most && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}
