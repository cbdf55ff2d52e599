import type { Bundle, OmittedSecret, ResolvedSecret } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { fingerprintsOf } from "../../../common/workload/difference.ts";
import type { FilePlan } from "../../../common/workload/files.ts";
import { DOCKER_CONFIG_DIRECTORY } from "../../../common/workload/paths.ts";
import { planWorkload } from "../../../common/workload/plan.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { neededSecrets } from "./held.ts";
import { renderRegistries, renderVariables } from "./render.ts";
import type { Delivery, InjectionPlan, PlannedFile, PlannedVariable, SpecFacts } from "./types.ts";
import { splitVariable, wantsFor } from "./wants.ts";

const DOCKER_CONFIG = "DOCKER_CONFIG";

export interface PlanInput {
  /** As people call it: its name, else its id. */
  readonly container: string;
  readonly request: InjectionRequest;
  readonly bundle: Bundle;
  readonly facts: SpecFacts;
}

/**
 * What a container is to be given: {@link planWorkload} with the bytes. Pure; the same input gives the same plan.
 *
 * The directory /run/secrets is mounted only where a file goes there. Where the container has files of its own there, each of ours is
 * mounted by itself beside them.
 *
 * @throws KeyholdError naming the container, the secret, the target and the next step
 */
export function planInjection({ container, request, bundle, facts }: PlanInput): InjectionPlan {
  const subject = { container, target: request.target };
  const omitted = bundle.omitted ?? [];
  if (omitted.length > 0) requireKnown(container, neededSecrets(request, facts.env), omitted);
  const plan = planWorkload(subject, wantsFor(container, request, facts), bundle.secrets);
  const variables = renderVariables(subject, plan.variables, facts.salt);
  const files = plan.files.flatMap((file) =>
    file.secret === undefined ? [] : [fileOf(file, file.secret.value)],
  );
  const { registryFile } = plan;
  const registry = registryFile && {
    file: fileOf(registryFile, renderRegistries(plan.registries)),
    entries: fingerprintsOf(plan).registry,
  };
  const config = dockerConfig(registry !== undefined, facts);
  return {
    target: request.target,
    revision: bundle.revision,
    told: bundle.told ?? bundle.revision,
    digest: bundle.digest,
    env: [...variables, ...config.variables],
    files,
    registry,
    directory: allFiles({ files, registry }).some(({ place }) => place === "directory"),
    delivered: plan.delivered.map(({ id, secret, version, kind, fingerprint }) => ({
      id,
      secret,
      version,
      kind,
      fingerprint,
    })),
    warnings: [...config.warnings, ...omissions(request, omitted), ...hidden(files, facts)],
  };
}

/** @throws KeyholdError `precondition` for a secret that the container needs and this agent cannot deliver */
function requireKnown(
  container: string,
  needed: ReadonlySet<string>,
  omitted: readonly OmittedSecret[],
): void {
  const unknown = omitted.find(({ id }) => needed.has(id));
  if (unknown === undefined) return;
  throw new KeyholdError({
    code: "precondition",
    message: `container ${container} needs the secret ${unknown.id}, whose kind ${unknown.kind} this agent does not know`,
    next: "update keyhold on this host",
  });
}

function omissions(
  { secrets }: Pick<InjectionRequest, "secrets">,
  omitted: readonly OmittedSecret[],
): readonly string[] {
  const isWanted = (id: string) => secrets === undefined || secrets.some((each) => each.id === id);
  return omitted
    .filter(({ id }) => isWanted(id))
    .map(
      ({ id, kind }) =>
        `it does not get ${id}, whose kind ${kind} this agent does not know: update keyhold on this host`,
    );
}

/** A file of ours at exactly the path of one of the container's own replaces that one. */
function hidden(files: readonly PlannedFile[], { ownFiles = [] }: SpecFacts): readonly string[] {
  const paths = files.map(({ path }) => path).filter((path) => ownFiles.includes(path));
  return paths.map((path) => `its own file ${path} is hidden by the secret at that path`);
}

/** The same without values, to be written down and compared. */
export function deliveryOf(plan: InjectionPlan): Delivery {
  const values = plan.env.filter(({ name }) => name !== DOCKER_CONFIG);
  return {
    revision: plan.revision,
    digest: plan.digest,
    env: Object.fromEntries(values.map(({ name, fingerprint }) => [name, fingerprint])),
    files: Object.fromEntries(plan.files.map(({ path, fingerprint }) => [path, fingerprint])),
    registry: plan.registry?.entries ?? {},
    secrets: plan.delivered,
  };
}

/** Every file of a plan, the registry's configuration included. */
export function allFiles(plan: Pick<InjectionPlan, "files" | "registry">): readonly PlannedFile[] {
  return plan.registry === undefined ? plan.files : [...plan.files, plan.registry.file];
}

function fileOf(file: FilePlan<ResolvedSecret | undefined>, bytes: SecretValue): PlannedFile {
  const { path, mode, uid, gid, fingerprint, place } = file;
  return { path, bytes, mode, uid, gid, fingerprint, place };
}

/**
 * Points clients at the registries' configuration. An image's `ENV DOCKER_CONFIG` gives way to the secret, as every `ENV` does; what
 * `-e` says counts, and then clients do not find the credentials.
 */
function dockerConfig(
  wanted: boolean,
  { env, imageVariables = [] }: SpecFacts,
): { readonly variables: readonly PlannedVariable[]; readonly warnings: readonly string[] } {
  if (!wanted) return { variables: [], warnings: [] };
  const own = env.map(splitVariable).findLast(([name]) => name === DOCKER_CONFIG)?.[1];
  if (own === undefined || own === DOCKER_CONFIG_DIRECTORY || imageVariables.includes(DOCKER_CONFIG)) {
    const value = SecretValue.of(DOCKER_CONFIG_DIRECTORY);
    const variable = { name: DOCKER_CONFIG, value, fingerprint: DOCKER_CONFIG_DIRECTORY };
    return { variables: [variable], warnings: [] };
  }
  const warning = `its own variable DOCKER_CONFIG=${own} hides the registry credentials in ${DOCKER_CONFIG_DIRECTORY} from clients: start it without that variable, or with -e DOCKER_CONFIG=${DOCKER_CONFIG_DIRECTORY}`;
  return { variables: [], warnings: [warning] };
}
