import type { OciProcess, OciSpec } from "../../runtime/oci-spec.ts";
import type { InjectionPlan, PlannedMount, PlannedVariable, SpecFacts } from "./types.ts";
import { splitVariable } from "./wants.ts";

/** Marks a specification that has been edited: the runtime asks again when an agent went away before its answer. */
const MARK = "keyhold.injected";

/** The engine keeps a volume without a name under 32 random bytes, below its data root. */
const ANONYMOUS_VOLUME = /\/volumes\/[0-9a-f]{64}\/_data$/;

/** What planning has to know of a specification that nobody has edited yet. */
export function factsOf(spec: OciSpec): SpecFacts {
  const { uid, gid } = spec.process.user;
  const mounts = spec.mounts ?? [];
  return {
    env: spec.process.env ?? [],
    user: { uid, gid },
    uidMappings: spec.linux?.uidMappings ?? [],
    gidMappings: spec.linux?.gidMappings ?? [],
    mounts: mounts.map((each) => each.destination),
    anonymous: mounts
      .filter((each) => ANONYMOUS_VOLUME.test(each.source ?? ""))
      .map((each) => each.destination),
  };
}

/** Whether {@link editSpec} made this specification. */
export function isEdited(spec: OciSpec): boolean {
  return spec.annotations?.[MARK] !== undefined;
}

/** Takes the edit back, with the facts that were noted before it. */
export function uneditedSpec(spec: OciSpec, facts: SpecFacts): OciSpec {
  const annotations = Object.fromEntries(
    Object.entries(spec.annotations ?? {}).filter(([key]) => key !== MARK),
  );
  // The engine's mounts came first, and ours behind them.
  const mounts = (spec.mounts ?? []).slice(0, facts.mounts.length);
  return { ...spec, annotations, mounts, process: { ...spec.process, env: facts.env } };
}

/** A container's specification with its values. Ours are mounted last, so that no mount of the engine hides them. */
export function editSpec(
  spec: OciSpec,
  plan: Pick<InjectionPlan, "env" | "revision">,
  mounts: readonly PlannedMount[],
): OciSpec {
  return {
    ...spec,
    annotations: { ...spec.annotations, [MARK]: String(plan.revision) },
    mounts: [...(spec.mounts ?? []), ...mounts],
    process: { ...spec.process, env: withVariables(spec.process.env ?? [], plan.env) },
  };
}

/**
 * The process of an exec with the values of now. A variable that this exec was told by name (`docker exec -e`) stays as it is: it
 * is told by its value not being the one the container itself has. Working directory, user and everything else are the exec's own.
 */
export function editExec(
  process: OciProcess,
  variables: readonly PlannedVariable[],
  facts: SpecFacts,
): OciProcess {
  const [own, asked] = [lastValues(facts.env), lastValues(process.env ?? [])];
  const ours = variables.filter(({ name }) => asked.get(name) === own.get(name));
  return { ...process, env: withVariables(process.env ?? [], ours) };
}

function withVariables(env: readonly string[], variables: readonly PlannedVariable[]): readonly string[] {
  const names = new Set(variables.map((each) => each.name));
  const others = env.filter((entry) => !names.has(splitVariable(entry)[0]));
  return [...others, ...variables.map(({ name, value }) => `${name}=${value.text()}`)];
}

function lastValues(env: readonly string[]): ReadonlyMap<string, string> {
  return new Map(env.map(splitVariable));
}
