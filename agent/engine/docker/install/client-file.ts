import { KeyholdError } from "../../../../common/errors.ts";
import { registryKey } from "../../../../common/workload/registry-host.ts";
import { removeMember, setMember } from "./json-edit.ts";

/*
 * The Docker client's config.json. Each registry of the node's projects gets an entry in `credHelpers`; `credsStore` stays: it would
 * route every other registry to us too, and with that `docker login` to any of them would be refused.
 */

type Helpers = Readonly<Record<string, unknown>>;

/** Other clients (skopeo, podman) look for Docker Hub under its host. */
const HUB_KEYS = ["https://index.docker.io/v1/", "docker.io"];

/** The keys under which clients look for these registries, sorted. */
export function helperKeys(registries: readonly string[]): readonly string[] {
  const keys = registries.map(registryKey);
  return [...new Set(keys.flatMap((key) => (key === HUB_KEYS[0] ? HUB_KEYS : [key])))].sort();
}

export interface ClientEdit {
  readonly text: string;
  /** Those that have a helper of the user's, which they keep. */
  readonly taken: readonly string[];
}

/** @throws KeyholdError `precondition`, without a word of the content: it can hold credentials */
export function withHelpers(
  path: string,
  text: string | undefined,
  name: string,
  keys: readonly string[],
): ClientEdit {
  const current = helpersIn(path, text);
  const taken = keys.filter((key) => current[key] !== undefined && current[key] !== name);
  const added = keys.filter((key) => current[key] === undefined);
  if (text === undefined || text.trim() === "") {
    const entries = Object.fromEntries(added.map((key) => [key, name]));
    return { text: `${JSON.stringify({ credHelpers: entries }, undefined, 2)}\n`, taken };
  }
  return { text: added.reduce((next, key) => setMember(next, ["credHelpers", key], name), text), taken };
}

/** Takes out the entries that name us, and `credHelpers` where nothing else is in it. */
export function withoutHelpers(path: string, text: string, name: string): string {
  const current = helpersIn(path, text);
  const ours = Object.keys(current).filter((key) => current[key] === name);
  if (ours.length === 0) return text;
  if (ours.length === Object.keys(current).length) return removeMember(text, ["credHelpers"]);
  return ours.reduce((next, key) => removeMember(next, ["credHelpers", key]), text);
}

/** The registries that this configuration asks us for. */
export function registriesOf(path: string, text: string | undefined, name: string): readonly string[] {
  const current = helpersIn(path, text);
  return Object.keys(current).filter((key) => current[key] === name);
}

function helpersIn(path: string, text: string | undefined): Helpers {
  if (text === undefined || text.trim() === "") return {};
  const helpers = parse(path, text).credHelpers;
  if (helpers === undefined) return {};
  if (typeof helpers === "object" && helpers !== null && !Array.isArray(helpers)) return { ...helpers };
  throw unfit(path, '"credHelpers" is not an object');
}

function parse(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unfit(path, "it is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw unfit(path, "it is not a JSON object");
}

function unfit(path: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `cannot change ${path}: ${reason}`,
    next: "correct it by hand, or name another with --docker-client-config; nothing was changed",
  });
}
