import { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";

// The sentences every store says.

export function notFound(kind: string, name: string, next?: string): KeyholdError {
  return new KeyholdError({ code: "not-found", message: `${kind} ${shortName(name)} does not exist`, next });
}

export function alreadyExists(kind: string, name: string, next?: string): KeyholdError {
  return new KeyholdError({ code: "exists", message: `${kind} ${shortName(name)} exists already`, next });
}

export function precondition(message: string, next: string, field?: string): KeyholdError {
  return new KeyholdError({ code: "precondition", message, next, field });
}

/** An etag is the revision of the last change, as text. */
export function etagOf(row: { readonly revision: number }): string {
  return String(row.revision);
}

/** @throws KeyholdError `conflict` if an etag is given and is not the row's */
export function checkEtag(name: string, row: { readonly revision: number }, etag: string | undefined): void {
  if (etag === undefined || etag === "" || etag === etagOf(row)) return;
  throw new KeyholdError({
    code: "conflict",
    message: `${shortName(name)} was changed by somebody else in between`,
    next: "read it again and send the etag it has now",
    field: "etag",
  });
}
