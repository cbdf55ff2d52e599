import { KeyholdError } from "../../../common/errors.ts";
import { checkId, childName, parseChildName, parseScope } from "../../../common/resource-name.ts";
import type { PageRequest } from "../../database/page.ts";
import { SERVER_OWNER } from "../../identity/principal.ts";

/** google.protobuf.Timestamp and Duration, as they are loaded. */
export interface Seconds {
  readonly seconds?: number | string | { toNumber(): number };
  readonly nanos?: number;
}

/** Milliseconds since 1970 -> google.protobuf.Timestamp; unset stays unset. */
export function timestamp(time: number | undefined): { seconds: number; nanos: number } | null {
  if (time === undefined) return null;
  const seconds = Math.floor(time / 1000);
  return { seconds, nanos: Math.round((time - seconds * 1000) * 1e6) };
}

/** A Timestamp or Duration -> milliseconds. */
export function milliseconds(value: Seconds | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  return Number(value.seconds ?? 0) * 1000 + Math.floor((value.nanos ?? 0) / 1e6);
}

/** @throws KeyholdError `invalid` for a field that is missing */
export function required<T>(value: T | null | undefined, field: string): T {
  if (value !== null && value !== undefined && value !== "") return value;
  throw new KeyholdError({ code: "invalid", field, message: `${field} is missing` });
}

/** `organizations/acme` -> `acme`. */
export function organizationIn(name: string, field: string): string {
  const scope = parseScope(required(name, field), field);
  if (scope.level === "organization") return scope.id;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(name)} is not an organization`,
    next: "write it like organizations/acme",
  });
}

/** An id for something new. */
export function newId(id: string, field: string): string {
  return checkId(required(id, field), field);
}

/** A user or service account, or the server's owner, which belongs to no organization. */
export interface PrincipalName {
  readonly organization: string | undefined;
  readonly id: string;
  readonly name: string;
  readonly kind: "user" | "service-account" | "server-owner";
}

export function principalIn(name: string, field: string): PrincipalName {
  required(name, field);
  if (name === SERVER_OWNER) return { organization: undefined, id: "owner", name, kind: "server-owner" };
  if (name.includes("/serviceAccounts/")) {
    return { ...parseChildName(name, "serviceAccounts", field), kind: "service-account" };
  }
  return { ...parseChildName(name, "users", field), kind: "user" };
}

/** A reference to something else of the same organization; empty means none. */
export function siblingIn(
  name: string | undefined,
  collection: string,
  organization: string,
  field: string,
): string | undefined {
  if (name === undefined || name === "") return undefined;
  const parsed = parseChildName(name, collection, field);
  if (parsed.organization === organization) return childName(organization, collection, parsed.id).name;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(name)} is of another organization than ${organization}`,
  });
}

export function pageOf(request: { pageSize?: number; pageToken?: string }): PageRequest {
  return { pageSize: request.pageSize, pageToken: request.pageToken };
}

/**
 * Which fields an update changes: those of the mask, or without one those that are set.
 * @param fields every field that can change, in the API's spelling, and whether the request sets it
 * @throws KeyholdError `invalid` for a mask with anything else in it
 */
export function maskedFields<F extends string>(
  mask: { paths?: string[] } | null | undefined,
  fields: Readonly<Record<F, boolean>>,
): ReadonlySet<F> {
  const all = Object.keys(fields) as F[];
  const paths = mask?.paths ?? [];
  if (paths.length === 0) return new Set(all.filter((field) => fields[field]));
  const unknown = paths.find((path) => !Object.hasOwn(fields, path));
  if (unknown === undefined) return new Set(paths as F[]);
  throw new KeyholdError({
    code: "invalid",
    field: "update_mask",
    message: `update_mask has ${JSON.stringify(unknown)}, which cannot be changed`,
    next: `it can have: ${all.join(", ")}`,
  });
}

/** For people only: any text without control characters. */
export function displayNameIn(text: string | undefined, field: string): string {
  const name = text ?? "";
  const hasControl = [...name].some((character) => character < " " || character === "\x7f");
  if (name.length <= 200 && !hasControl) return name;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} has to be at most 200 characters without control characters`,
  });
}
