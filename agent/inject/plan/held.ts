import type { Bundle, ResolvedSecret } from "../../../common/bundle.ts";
import { referencedSecrets } from "../../../common/workload/references.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { splitVariable } from "./wants.ts";

/**
 * The ids of the secrets without which a container cannot be started: named by `keyhold.secrets` without `?`, by `keyhold.env.VAR`
 * or by a reference. Pure.
 */
export function neededSecrets(
  { secrets = [], aliases }: Pick<InjectionRequest, "secrets" | "aliases">,
  env: readonly string[],
): ReadonlySet<string> {
  const optional = new Set(secrets.filter((each) => each.optional).map(({ id }) => id));
  return new Set([
    ...secrets.filter((each) => !each.optional).map(({ id }) => id),
    ...aliases.map(({ secret }) => secret).filter((id) => !optional.has(id)),
    ...env.flatMap((entry) => referencedSecrets(...splitVariable(entry))),
  ]);
}

/** A bundle for a container that runs, and the ids in it that its target does not have any more. */
export interface HeldBundle {
  readonly bundle: Bundle;
  readonly held: readonly string[];
}

/**
 * Adds the secrets that a running container needs and its target does not have any more: the container keeps those, and only those,
 * until its next start. Pure.
 * @param before the secrets that the container was given, by id
 */
export function withHeld(
  bundle: Bundle,
  needed: ReadonlySet<string>,
  before: ReadonlyMap<string, ResolvedSecret>,
): HeldBundle {
  const there = new Set(bundle.secrets.map(({ id }) => id));
  const held = [...before.values()].filter(({ id }) => needed.has(id) && !there.has(id));
  if (held.length === 0) return { bundle, held: [] };
  const secrets = [...bundle.secrets, ...held].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { bundle: { ...bundle, secrets }, held: held.map(({ id }) => id).sort() };
}
