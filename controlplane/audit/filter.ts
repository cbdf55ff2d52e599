import { sql } from "kysely";
import type { PageRequest } from "../database/page.ts";
import { DELIVERIES } from "./event.ts";

/** Which rows are wanted; every field that is given has to fit. */
export interface AuditFilter extends PageRequest {
  /** This resource, what is below it, and deliveries in which it was handed out. */
  readonly resource?: string | undefined;
  readonly principal?: string | undefined;
  /** `keyhold.v1.SecretService/AccessSecret`, `SecretService/AccessSecret`, `AccessSecret`, `agent/resolve`. */
  readonly action?: string | undefined;
  /** Name of a status. */
  readonly result?: string | undefined;
  /** Id of a token. */
  readonly token?: string | undefined;
  /** Milliseconds since 1970: at this moment or later. */
  readonly since?: number | undefined;
  /** Milliseconds since 1970: before this moment. */
  readonly until?: number | undefined;
  /** Uid of a user: only what is about that user's own. */
  readonly owner?: string | undefined;
}

/** The filter as one condition. */
export function conditionOf(filter: AuditFilter) {
  const { resource, principal, action, result, token, since, until, owner } = filter;
  const parts = [sql<boolean>`1 = 1`];
  if (owner !== undefined) parts.push(sql<boolean>`owner_uid = ${owner}`);
  if (principal !== undefined) parts.push(sql<boolean>`principal = ${principal}`);
  if (result !== undefined) parts.push(sql<boolean>`result = ${result}`);
  if (token !== undefined) parts.push(sql<boolean>`token = ${token}`);
  if (since !== undefined) parts.push(sql<boolean>`time >= ${since}`);
  if (until !== undefined) parts.push(sql<boolean>`time < ${until}`);
  if (action !== undefined) parts.push(byAction(action));
  if (resource !== undefined) parts.push(about(resource));
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
}

function byAction(action: string) {
  if (action.includes("/")) return sql<boolean>`action in (${action}, ${`keyhold.v1.${action}`})`;
  const end = `/${action}`;
  return sql<boolean>`substr(action, length(action) - ${end.length - 1}) = ${end}`;
}

/** Without LIKE: `_` is a letter of names and its wildcard, and SQLite's does not tell `a` from `A`. */
function about(resource: string) {
  const below = `${resource}/`;
  const handedOut = `"${resource}@`;
  const before = ` ${resource}@`;
  return sql<boolean>`(resource = ${resource} or substr(resource, 1, ${below.length}) = ${below}
    or (action in (${sql.join(DELIVERIES)}) and (replace(details, ${handedOut}, '') <> details
      or (format = 1 and replace(' ' || comment, ${before}, '') <> ' ' || comment))))`;
}

/** Whether any row fits. */
export function isOpen(filter: AuditFilter): boolean {
  const { pageSize: _, pageToken: __, ...rest } = filter;
  return Object.values(rest).every((value) => value === undefined);
}
