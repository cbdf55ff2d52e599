import { KeyholdError } from "../errors.ts";
import { isSecretName } from "./names.ts";

/** A piece of a variable's value: text as it stands, or the name of the secret that comes in its place. */
export type Piece = { readonly text: string } | { readonly secret: string };

const OPEN = "${secret:";

/**
 * Takes `postgres://app:${secret:DB_PASSWORD}@db` apart; undefined for a value without a reference. What comes in place of a
 * reference is not looked at again, so a secret's value cannot name another secret.
 * @param what has this value, for a person: `the variable URL of container web`
 * @throws KeyholdError `invalid` for a reference that does not end or names nothing; the value itself is not quoted
 */
export function parseReferences(what: string, value: string): readonly Piece[] | undefined {
  if (!value.includes(OPEN)) return undefined;
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const open = value.indexOf(OPEN, at);
    if (open < 0) break;
    const close = value.indexOf("}", open);
    const secret = close < 0 ? "" : value.slice(open + OPEN.length, close);
    if (!isSecretName(secret)) {
      throw new KeyholdError({
        code: "invalid",
        message: `${what} has a reference that is not \${secret:NAME}`,
        next: "write the name of a secret and nothing else between the colon and the brace",
      });
    }
    if (open > at) pieces.push({ text: value.slice(at, open) });
    pieces.push({ secret });
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
