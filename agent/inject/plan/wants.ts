import { canonicalPath, isWithin, SECRETS_DIRECTORY } from "../../../common/workload/paths.ts";
import { parseReferences } from "../../../common/workload/references.ts";
import type { WantedVariable, Wants } from "../../../common/workload/workload.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import type { SpecFacts } from "./types.ts";

/**
 * What a container asks for with its labels and its variables, and where it has room. Pure.
 * @throws KeyholdError `invalid` for a reference that is not well formed
 */
export function wantsFor(
  container: string,
  { secrets, aliases }: Pick<InjectionRequest, "secrets" | "aliases">,
  facts: SpecFacts,
): Wants {
  const { user, uidMappings, gidMappings } = facts;
  const optional = new Set(secrets?.filter((each) => each.optional).map(({ id }) => id));
  const labels = aliases.map(
    ({ variable, secret }): WantedVariable => ({
      name: variable,
      pieces: [{ secret, filters: [] }],
      // `C?` in keyhold.secrets says that the container can do without C, under whatever name.
      optional: optional.has(secret),
      from: "label",
    }),
  );
  const variables = [...references(container, facts.env), ...labels];
  return { secrets, variables, user, uidMappings, gidMappings, occupied: occupiedBy(facts) };
}

/** Name and value of `NAME=value`; a string without `=` is a name with an empty value. */
export function splitVariable(entry: string): readonly [name: string, value: string] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}

function references(container: string, env: readonly string[]): readonly WantedVariable[] {
  return env.flatMap((entry) => {
    const [name, value] = splitVariable(entry);
    const pieces = parseReferences(`the variable ${name} of container ${container}`, value);
    return pieces === undefined ? [] : [{ name, pieces, optional: false, from: "reference" as const }];
  });
}

/** An image's VOLUME at /run/secrets yields to files, as it does to every mount that is asked for; other mounts there do not. */
function occupiedBy({ mounts, anonymous = [], ownFiles = [] }: SpecFacts): Wants["occupied"] {
  const all = mounts.map(canonicalPath);
  const isImages = anonymous.map(canonicalPath).includes(SECRETS_DIRECTORY);
  const lasting = all.find(
    (path) => isWithin(path, SECRETS_DIRECTORY) && !(isImages && path === SECRETS_DIRECTORY),
  );
  return { mounts: all, directory: lasting, files: ownFiles };
}
