import { KeyholdError } from "../../common/errors.ts";
import { nearest } from "../../common/nearest.ts";
import { shortName } from "../../common/resource-name.ts";
import type { Api } from "../api/api.ts";
import type { AmbiguousName } from "../input/names.ts";
import { listed } from "./lists.ts";

/** Fields of requests that hold a resource name. */
const NAME_FIELDS = ["name", "parent", "target", "secret", "principal"] as const;

/**
 * Adds to an answer NOT_FOUND which name is nearest to the one that was asked for, from the lists that the caller may see.
 * @param request of the call that was answered so
 */
export async function withNearestName(
  api: Api,
  error: KeyholdError,
  request: unknown,
): Promise<KeyholdError> {
  const found = await suggestionFor(api, namesIn(request));
  if (found.length === 0) return error;
  const { code, message, field, cause, next } = error;
  const otherwise = next === undefined ? "" : ` If not: ${next}`;
  return new KeyholdError({ code, message, field, cause, next: `${question(found)}${otherwise}` });
}

/** Says which of the possible names exists, if exactly one does. */
export async function clarified(api: Api, error: AmbiguousName): Promise<KeyholdError> {
  const { organization, id, collections, code, message, field } = error;
  const names = collections.map((collection) => `organizations/${organization}/${collection}/${id}`);
  const existing = await Promise.all(names.map(async (name) => ((await exists(api, name)) ? [name] : [])));
  const found = existing.flat();
  if (found.length === 0) return error;
  return new KeyholdError({ code, message, field, next: question(found) });
}

function question(names: readonly string[]): string {
  return `did you mean ${names.map(shortName).join(" or ")}?`;
}

function namesIn(request: unknown): readonly string[] {
  if (typeof request !== "object" || request === null) return [];
  const fields = request as Record<string, unknown>;
  // Of an update the name is one level down: { workspace: { name } }.
  const inner = Object.values(fields).filter((value) => typeof value === "object" && value !== null);
  return [fields, ...(inner as Record<string, unknown>[])].flatMap((each) =>
    NAME_FIELDS.map((field) => each[field]).filter((value) => typeof value === "string" && value !== ""),
  ) as string[];
}

/** Names that exist in the place of the first part that does not. */
async function suggestionFor(api: Api, names: readonly string[]): Promise<readonly string[]> {
  for (const name of names) {
    const found = await nearestTo(api, name);
    if (found.length > 0) return found;
  }
  return [];
}

/** Walks from the organization down. */
async function nearestTo(api: Api, name: string): Promise<readonly string[]> {
  const parts = name.split("/");
  if (parts[0] !== "organizations") return [];
  for (let length = 2; length <= parts.length; length += 2) {
    const prefix = parts.slice(0, length).join("/");
    const siblings = await listed(api, prefix);
    // Not a list that the caller may see, or not one that this release knows: nothing can be said.
    if (siblings === undefined) return [];
    if (siblings.includes(prefix)) continue;
    const other = await elsewhere(api, parts.slice(0, length));
    if (other.length > 0) return other;
    const collection = parts.slice(0, length - 1).join("/");
    const near = nearest(parts[length - 1] ?? "", siblings.map(lastPart));
    return near.map((id) => [collection, id, ...parts.slice(length)].join("/"));
  }
  return [];
}

/** The same id in another collection: `acme/users/ci` where `acme/serviceAccounts/ci` exists. */
async function elsewhere(api: Api, parts: readonly string[]): Promise<readonly string[]> {
  const [, organization, collection, id] = parts;
  if (collection !== "users" && collection !== "serviceAccounts") return [];
  const other = collection === "users" ? "serviceAccounts" : "users";
  const name = `organizations/${organization}/${other}/${id}`;
  return (await exists(api, name)) ? [name] : [];
}

async function exists(api: Api, name: string): Promise<boolean> {
  return (await listed(api, name))?.includes(name) === true;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
