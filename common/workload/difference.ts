import { canonicalPath, DOCKER_CONFIG_FILE, isWithin, SECRETS_DIRECTORY } from "./paths.ts";
import type { WorkloadPlan } from "./plan.ts";
import { deliveryOfKind, type SecretKind } from "./secret-kind.ts";
import type { WorkloadSecret } from "./workload.ts";

/** What a container has: fingerprints by variable, by path and by registry. */
export interface Fingerprints {
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly registry: Readonly<Record<string, string>>;
}

/** Names whose fingerprint differs, or that only one side has; sorted. */
export interface Differences {
  readonly env: readonly string[];
  readonly files: readonly string[];
  readonly registry: readonly string[];
}

/** What `keyhold.on-change` asks for. */
export type PolicyKind = "restart" | "signal" | "files" | "ignore" | "service-update";

/**
 * What a change means for a running container: `restart`, `signal` and `service-update` tell its process; `rewrite`: only files or
 * registry entries change; `next-start`: nothing reaches it before; `none`: nothing that it gets changes.
 */
export type Reaction = "none" | "rewrite" | "restart" | "signal" | "service-update" | "next-start";

/** What can change in a container while it runs. */
export interface Mounted {
  /** Whether files below /run/secrets can come and go. */
  readonly directory: boolean;
  /** Paths of files that are mounted by themselves, wherever they are. */
  readonly own: readonly string[];
}

export function fingerprintsOf<S extends WorkloadSecret>(
  plan: Pick<WorkloadPlan<S>, "variables" | "files" | "registries">,
): Fingerprints {
  return {
    env: Object.fromEntries(plan.variables.map(({ name, fingerprint }) => [name, fingerprint])),
    files: Object.fromEntries(plan.files.map(({ path, fingerprint }) => [path, fingerprint])),
    registry: Object.fromEntries(plan.registries.map(({ key, fingerprint }) => [key, fingerprint])),
  };
}

export function differencesBetween(before: Fingerprints, after: Fingerprints): Differences {
  return {
    env: differences(before.env, after.env),
    files: differences(before.files, after.files),
    registry: differences(before.registry, after.registry),
  };
}

/** Names whose value differs, or that only one side has; sorted. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

/**
 * What a running container is due. It is told (restarted, signalled) if and only if an effective value of a variable or a file
 * changed: registry entries are no values of the container.
 * @param differences from what its process was told of: at its start, or with the policy `signal` by its last signal, which cannot
 * change the environment of a process
 */
export function reactionTo(
  policy: PolicyKind,
  { env, files, registry }: Differences,
  mounted: Mounted,
): Reaction {
  const isValue = env.length > 0 || files.length > 0;
  if (!isValue && registry.length === 0) return "none";
  if (policy === "ignore") return "next-start";
  if (isValue && (policy === "restart" || policy === "signal" || policy === "service-update")) return policy;
  const isRewritten = registry.length > 0 && isMountedAt(mounted, DOCKER_CONFIG_FILE);
  return isRewritten || files.some((path) => isMountedAt(mounted, path)) ? "rewrite" : "next-start";
}

/** Whether a file at this path can appear, change and go while the container runs. */
export function isMountedAt({ directory, own }: Mounted, path: string): boolean {
  const canonical = canonicalPath(path);
  return own.includes(canonical) || (directory && isWithin(canonical, SECRETS_DIRECTORY));
}

/**
 * Whether a new value of such a secret reaches a running container, in the end: at once, by a restart or by a signal.
 * @param secret undefined: nothing is known of it any more
 */
export function reachesWhileRunning(
  policy: PolicyKind,
  secret: { readonly kind: SecretKind; readonly path?: string | undefined } | undefined,
  mounted: Mounted,
): boolean {
  const delivery = secret === undefined ? undefined : deliveryOfKind(secret.kind);
  if (policy === "ignore") return false;
  if (delivery === "registry") return isMountedAt(mounted, DOCKER_CONFIG_FILE);
  if (policy !== "files") return true;
  return delivery === "file" && isMountedAt(mounted, secret?.path ?? "");
}

/**
 * Whether a new value is in place without the process being told. Registry entries are, whatever the policy; files are with the
 * policy `files`, as then nothing else tells the process of them.
 */
export function arrivesAtOnce(policy: PolicyKind | undefined, kind: SecretKind): boolean {
  const delivery = deliveryOfKind(kind);
  return delivery === "registry" || (delivery === "file" && policy === "files");
}

/** `signal:SIGHUP` -> `signal`. A policy that this release does not know is left to the agent, which tells nobody of it. */
export function policyKindOf(text: string): PolicyKind {
  const kind = text.split(":")[0];
  const known = (["restart", "signal", "files", "ignore", "service-update"] as const).find(
    (each) => each === kind,
  );
  return known ?? "restart";
}
