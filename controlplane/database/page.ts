import { createHash } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";

const DEFAULT_SIZE = 100;
const MAX_SIZE = 1000;

export interface PageRequest {
  /** 0 or undefined: 100; at most 1000. Negative: `invalid`. */
  readonly pageSize?: number | undefined;
  /** Opaque; empty or undefined: the first page. A token of another list throws `invalid`. */
  readonly pageToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export interface PageStart {
  /** Rows to read: one more than the page holds tells whether there is another. */
  readonly limit: number;
  /** The last key of the page before; undefined at the start. */
  readonly after: string | undefined;
}

/**
 * What to read for a page.
 * @param list names the list and everything that filters it: a token is good for the same list only
 * @throws KeyholdError `invalid`
 */
export function startOf(request: PageRequest, list: string): PageStart {
  const size = request.pageSize ?? 0;
  if (!Number.isInteger(size) || size < 0) {
    throw new KeyholdError({
      code: "invalid",
      field: "page_size",
      message: `page_size ${size} is negative or not a whole number`,
      next: `use 1 to ${MAX_SIZE}, or 0 for ${DEFAULT_SIZE}`,
    });
  }
  const limit = Math.min(size === 0 ? DEFAULT_SIZE : size, MAX_SIZE) + 1;
  return { limit, after: afterOf(request.pageToken, list) };
}

/** The page of `rows` that were read with `start`. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  start: PageStart,
  list: string,
  use: { key: (row: Row) => string; item: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, start.limit - 1);
  const last = shown.at(-1);
  const more = rows.length >= start.limit && last !== undefined;
  return { items: shown.map(use.item), nextPageToken: more ? pageToken(list, use.key(last)) : "" };
}

/** Goes on behind `after` in the same list: see {@link startOf}. */
export function pageToken(list: string, after: string): string {
  return Buffer.from(JSON.stringify([hashOf(list), after])).toString("base64url");
}

function afterOf(token: string | undefined, list: string): string | undefined {
  if (token === undefined || token === "") return undefined;
  const parsed = parse(token);
  if (parsed?.[0] === hashOf(list)) return parsed[1];
  throw new KeyholdError({
    code: "invalid",
    field: "page_token",
    message: "page_token is not from the same list with the same filters",
    next: "send what the response before gave as next_page_token, with the same request",
  });
}

function parse(token: string): readonly [string, string] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [hash, after] = value as unknown[];
    return typeof hash === "string" && typeof after === "string" ? [hash, after] : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(list: string): string {
  return createHash("sha256").update(list).digest("base64url").slice(0, 12);
}
