import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import {
  canonicalPath,
  DOCKER_CONFIG_DIRECTORY,
  DOCKER_CONFIG_FILE,
  isWithin,
  SECRETS_DIRECTORY,
} from "../../../common/workload/paths.ts";
import { referencedSecrets } from "../../../common/workload/references.ts";
import type { Bundle, ResolvedSecret } from "../../bundle.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { planFiles, registryFile, secretOfFile } from "../files/file-plan.ts";
import { planEnvironment, splitVariable } from "./environment.ts";
import { planRegistryConfig } from "./registry-config.ts";
import { type Subject, selectSecrets } from "./selection.ts";
import type {
  DeliveredSecret,
  Delivery,
  InjectionPlan,
  PlannedFile,
  PlannedVariable,
  SpecFacts,
} from "./types.ts";

const DOCKER_CONFIG = "DOCKER_CONFIG";

export interface PlanInput {
  /** As people call it: its name, else its id. */
  readonly container: string;
  readonly request: InjectionRequest;
  readonly bundle: Bundle;
  readonly facts: SpecFacts;
}

/**
 * What a container is to be given: everything its request selects of the bundle, placed, owned and checked. Pure; the same input
 * gives the same plan.
 *
 * The directory /run/secrets is mounted into every labelled container, also into one without files: a file that is stored later
 * can then appear without a restart. The exception is a container whose own mounts are there already (as Compose's `secrets:`
 * makes them): it keeps them, and is refused only if it is to be given files at the same place. An image's VOLUME yields there, as
 * it does to every mount that is asked for.
 *
 * @throws KeyholdError naming the container, the secret, the target and the next step
 */
export function planInjection({ container, request, bundle, facts }: PlanInput): InjectionPlan {
  const subject: Subject = { container, target: request.target };
  const selected = selectSecrets(subject, request, bundle);
  const env = planEnvironment(subject, request, bundle, selected, facts.env);
  const config = planRegistryConfig(subject, selected);
  const files = planFiles(subject, selected, facts);
  const registry =
    config === undefined
      ? undefined
      : { file: registryFile(subject, DOCKER_CONFIG_FILE, config.bytes, facts), entries: config.entries };
  return {
    target: request.target,
    revision: bundle.revision,
    told: bundle.told ?? bundle.revision,
    digest: bundle.digest,
    env: [...env, ...dockerConfig(registry !== undefined, facts.env, env)],
    files,
    registry,
    directory: needsDirectory(subject, facts, selected, allFiles({ files, registry })),
    delivered: delivered(selected, bundle, request, facts),
  };
}

/** The same without values, to be written down and compared. */
export function deliveryOf(plan: InjectionPlan): Delivery {
  return {
    revision: plan.revision,
    digest: plan.digest,
    env: fingerprints(
      plan.env.filter((each) => each.name !== DOCKER_CONFIG),
      (each) => each.name,
    ),
    files: fingerprints(plan.files, (each) => each.path),
    registry: plan.registry?.entries ?? {},
    secrets: plan.delivered,
  };
}

/** Every file of a plan, the registry's configuration included. */
export function allFiles(plan: Pick<InjectionPlan, "files" | "registry">): readonly PlannedFile[] {
  return plan.registry === undefined ? plan.files : [...plan.files, plan.registry.file];
}

function fingerprints<T extends { readonly fingerprint: string }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(items.map((each) => [keyOf(each), each.fingerprint]));
}

/** Only where there is something to point at, and where the container has no opinion of its own. */
function dockerConfig(
  wanted: boolean,
  own: readonly string[],
  given: readonly PlannedVariable[],
): readonly PlannedVariable[] {
  const taken =
    own.some((entry) => splitVariable(entry)[0] === DOCKER_CONFIG) ||
    given.some((each) => each.name === DOCKER_CONFIG);
  if (!wanted || taken) return [];
  const value = SecretValue.of(DOCKER_CONFIG_DIRECTORY);
  return [{ name: DOCKER_CONFIG, value, fingerprint: DOCKER_CONFIG_DIRECTORY }];
}

function needsDirectory(
  subject: Subject,
  facts: SpecFacts,
  selected: readonly ResolvedSecret[],
  files: readonly PlannedFile[],
): boolean {
  const mounts = facts.mounts.map(canonicalPath);
  const own = mounts.filter((each) => isWithin(each, SECRETS_DIRECTORY));
  const isImages = facts.anonymous?.map(canonicalPath).includes(SECRETS_DIRECTORY) ?? false;
  const lasting = own.filter((each) => each !== SECRETS_DIRECTORY || !isImages);
  const inDirectory = files.find((each) => each.place === "directory");
  const exact = files.find((each) => mounts.includes(each.path));
  const hidden = exact ?? (lasting.length > 0 ? inDirectory : undefined);
  if (hidden === undefined) return own.length === 0 || inDirectory !== undefined;
  throw inTheWay(subject, exact?.path ?? lasting[0] ?? "", hidden, secretOfFile(selected, hidden)?.id);
}

function inTheWay(
  subject: Subject,
  mount: string,
  file: PlannedFile,
  secret: string | undefined,
): KeyholdError {
  const target = shortName(subject.target);
  const what =
    secret === undefined
      ? `the registry credentials of ${target} go`
      : `the secret ${secret} of ${target} goes`;
  const otherwise =
    secret === undefined
      ? "leave them out with the label keyhold.secrets"
      : "store the secret with another --path, or leave it out with the label keyhold.secrets";
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `container ${subject.container} mounts ${mount} itself, where ${what} (${file.path})`,
    next: `mount it elsewhere, or ${otherwise}`,
  });
}

function delivered(
  selected: readonly ResolvedSecret[],
  bundle: Bundle,
  request: InjectionRequest,
  facts: SpecFacts,
): readonly DeliveredSecret[] {
  const named = new Set([
    ...selected.map((each) => each.id),
    ...request.aliases.map((each) => each.secret),
    ...facts.env.flatMap((entry) => referencedSecrets(...splitVariable(entry))),
  ]);
  return bundle.secrets
    .filter((each) => named.has(each.id))
    .map(({ id, secret, version, kind, fingerprint }) => ({ id, secret, version, kind, fingerprint }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
