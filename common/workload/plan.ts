import { planVariables, secretsOf, type VariablePlan } from "./environment.ts";
import { type FilePlan, planFiles, planRegistryFile, requireRoom } from "./files.ts";
import { planRegistries, type RegistryEntry } from "./registry.ts";
import { selectSecrets } from "./selection.ts";
import type { Subject, Wants, WorkloadSecret } from "./workload.ts";

/** What a container is to be given: names, places and fingerprints. The agent adds the bytes. */
export interface WorkloadPlan<S extends WorkloadSecret> {
  /** By name; without DOCKER_CONFIG, which follows from {@link registries} and from the container. */
  readonly variables: readonly VariablePlan<S>[];
  /** By path; without the registries' configuration. */
  readonly files: readonly FilePlan<S>[];
  readonly registries: readonly RegistryEntry<S>[];
  /** Holds the {@link registries}; undefined without one. */
  readonly registryFile: FilePlan<undefined> | undefined;
  /** The secrets that it is given in one way or another, by id. */
  readonly delivered: readonly S[];
}

/**
 * Decides what a container is given of the secrets that its target resolves to. The agent asks for each start and each change, and
 * the control plane for its previews and for the status of rollouts, so that both say the same. Pure.
 * @throws KeyholdError naming the container, the secret, the target and the next step: the container cannot be given these
 * secrets, so a running one keeps what it has and a start is refused
 */
export function planWorkload<S extends WorkloadSecret>(
  subject: Subject,
  wants: Wants,
  offered: readonly S[],
): WorkloadPlan<S> {
  const selected = selectSecrets(subject, wants, offered);
  const variables = planVariables(subject, wants, offered, selected);
  const registries = planRegistries(subject, selected);
  const files = planFiles(subject, wants, selected);
  const registryFile = registries.length === 0 ? undefined : planRegistryFile(subject, wants);
  requireRoom(subject, wants.occupied, registryFile === undefined ? files : [...files, registryFile]);
  return { variables, files, registries, registryFile, delivered: secretsUsed(wants, offered) };
}

/** The secrets that a container is given in one way or another, by id, also where it cannot be given some of them. */
export function secretsUsed<S extends WorkloadSecret>(
  wants: Pick<Wants, "secrets" | "variables">,
  offered: readonly S[],
): readonly S[] {
  const selected = wants.secrets ?? offered;
  const named = new Set([...selected.map(({ id }) => id), ...wants.variables.flatMap(secretsOf)]);
  return offered.filter(({ id }) => named.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}
