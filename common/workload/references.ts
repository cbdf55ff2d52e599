import { KeyholdError } from "../errors.ts";
import { isSecretName } from "./names.ts";

/** What is done to a secret's value before it comes in place of a reference. */
export type Filter =
  /** Percent-encodes everything but the unreserved characters of RFC 3986. */
  | { readonly kind: "url" }
  | { readonly kind: "base64" }
  /** Takes one field of a JSON object. */
  | { readonly kind: "json"; readonly field: string };

/** A piece of a variable's value: text as it stands, or the name of the secret that comes in its place. */
export type Piece =
  | { readonly text: string }
  | { readonly secret: string; readonly filters: readonly Filter[] };

const OPEN = "${secret:";
const WRITE = `write ${["", "|url", "|base64", "|json:FIELD"].map((filter) => `${OPEN}NAME${filter}}`).join(", ")}`;
/** Characters. A longer one is no name of a field that anybody wrote on purpose. */
const MAX_FIELD = 127;

/** Whether a text has a reference in it, also one that is not well formed. */
export function hasReference(text: string): boolean {
  return text.includes(OPEN);
}

/**
 * Takes `postgres://app:${secret:DB_PASSWORD|url}@db` apart; undefined for a value without a reference. What comes in place of a
 * reference is not looked at again, so a secret's value cannot name another secret. Filters apply from left to right.
 * @param what has this value, for a person: `the variable URL of container web`
 * @throws KeyholdError `invalid` for a reference that does not end, names nothing or has an unknown filter; the value itself is not
 * quoted
 */
export function parseReferences(what: string, value: string): readonly Piece[] | undefined {
  if (!hasReference(value)) return undefined;
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const open = value.indexOf(OPEN, at);
    if (open < 0) break;
    const close = value.indexOf("}", open);
    if (close < 0) throw wrong(`${what} has a reference without a closing brace`);
    if (open > at) pieces.push({ text: value.slice(at, open) });
    pieces.push(parseReference(what, value.slice(open + OPEN.length, close)));
    at = close + 1;
  }
  if (at < value.length) pieces.push({ text: value.slice(at) });
  return pieces;
}

/** The secrets a variable's value refers to. Throws as {@link parseReferences} does. */
export function referencedSecrets(variable: string, value: string): readonly string[] {
  const pieces = parseReferences(`the variable ${variable}`, value) ?? [];
  return pieces.flatMap((piece) => ("secret" in piece ? [piece.secret] : []));
}

function parseReference(what: string, inside: string): Piece {
  const [secret = "", ...rest] = inside.split("|");
  if (!isSecretName(secret)) throw wrong(`${what} has a reference that is not \${secret:NAME}`);
  const filters = rest.map((text) => {
    const filter = parseFilter(text);
    // The text may be a value that was put there by mistake, so it is not quoted.
    if (filter === undefined) throw wrong(`${what} has a reference to ${secret} with an unknown filter`);
    return filter;
  });
  return { secret, filters };
}

function parseFilter(text: string): Filter | undefined {
  if (text === "url" || text === "base64") return { kind: text };
  const field = text.startsWith("json:") ? text.slice("json:".length) : "";
  return field !== "" && field.length <= MAX_FIELD ? { kind: "json", field } : undefined;
}

function wrong(message: string): KeyholdError {
  return new KeyholdError({ code: "invalid", message, next: WRITE });
}
