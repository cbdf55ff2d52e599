import { isPrivateName, withoutPrivateDelivery, withoutPrivateName } from "./private-names.ts";

/** What one row of an audit log says. The hash covers all of it, so an export can be checked without the server. */
export interface AuditFields {
  /** How the row is hashed. Rows of format 1 are from releases that knew neither uids, tokens, counts nor details. */
  readonly format: 1 | 2;
  /** Whose log it is in: the organization's uid; empty for the log of the server itself. */
  readonly log: string;
  /** The organization's id; empty for the log of the server itself. */
  readonly organization: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly principal: string;
  /** Id of the token that was used; empty without one. */
  readonly token: string;
  readonly address: string;
  readonly requestId: string;
  readonly action: string;
  readonly resource: string;
  /** Uid of the resource: tells it from a later one of the same name. Empty where there is none. */
  readonly resourceUid: string;
  /** Uid of the user whose secret or workspace the row is about; empty if it is nobody's own. */
  readonly ownerUid: string;
  readonly version: number;
  readonly result: string;
  /** How many calls the row stands for: 1, or more for refusals that were counted. */
  readonly count: number;
  readonly comment: string;
  /** What was handed out, `NAME@VERSION` each. */
  readonly details: readonly string[];
}

/** Whether the row has something that only its owner may read: {@link publicForm} differs from it. */
export function isPrivate(row: AuditFields): boolean {
  return publicForm(row) !== row;
}

/**
 * The row as everyone but its owner reads it. Part of the row's format, as the hash covers this form: for a row of format 2 it
 * never changes.
 * @returns the row itself if it has nothing private
 */
export function publicForm(row: AuditFields): AuditFields {
  const resource = withoutPrivateName(row.resource);
  const details = row.details.map(withoutPrivateDelivery);
  const comment = isCommentPrivate(row) ? "" : publicComment(row);
  const same =
    resource === row.resource &&
    comment === row.comment &&
    details.every((each, index) => each === row.details[index]);
  return same ? row : { ...row, resource, details, comment };
}

/** The comment of a write to a private secret, and what a container of somebody's workspace says of itself. */
function isCommentPrivate({ resource, ownerUid }: AuditFields): boolean {
  return isPrivateName(resource) || (ownerUid !== "" && /\/rollouts\/[^/]+$/.test(resource));
}

/** Format 1 has the list of what was handed out in its comment, and may name a private secret in that of a rollout. */
function publicComment({ format, resource, comment }: AuditFields): string {
  if (format !== 1) return comment;
  if (/\/rollouts\/[^/]+$/.test(resource) && /\/(?:users|workspaces)\//.test(comment)) return "";
  return comment.split(" ").map(withoutPrivateDelivery).join(" ");
}
