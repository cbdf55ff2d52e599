import type { ResolvedSecret, TargetState } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import { registryKey } from "../../common/workload/registry-host.ts";

/** What is known of one of the node's projects: its state, or why there is none. */
export interface KnownProject {
  /** Resource name. */
  readonly project: string;
  readonly state: TargetState | KeyholdError;
}

interface Candidate {
  readonly project: string;
  readonly secret: ResolvedSecret;
  readonly username: string;
}

/**
 * The credential that the node's projects have for a registry, in whatever spelling it is asked for; pure. The host's Docker client
 * does not say for which project it pulls, so projects that differ are not chosen between: a wrong password locks accounts, and a
 * right one of the wrong project gives what nobody meant to give. Equal ones are no conflict.
 * @throws KeyholdError `not-found` if all projects are known and none has it; `conflict` naming those that differ; else why a
 * project is not known, as it might have it
 */
export function chooseCredential(known: readonly KnownProject[], registry: string): ResolvedSecret {
  const key = registryKey(registry);
  const found = candidates(known).get(key) ?? [];
  const [first] = found;
  if (first !== undefined) {
    if (found.every((each) => sameCredential(each, first))) return first.secret;
    throw ambiguous(key, found);
  }
  for (const { state } of known) {
    if (state instanceof KeyholdError) throw state;
    if (state.kind === "refused") throw refused(state);
  }
  throw new KeyholdError({
    code: "not-found",
    message: `no project of this node has credentials for the registry ${key}`,
    next: "store them: keyhold secret set SCOPE NAME --kind registry --registry HOST --username USER",
  });
}

/** User names by registry, for those that {@link chooseCredential} gives; pure. */
export function listCredentials(known: readonly KnownProject[]): Readonly<Record<string, string>> {
  const clear = [...candidates(known)].flatMap(([key, found]) => {
    const [first] = found;
    const isClear = first !== undefined && found.every((each) => sameCredential(each, first));
    return isClear ? [[key, first.username] as const] : [];
  });
  return Object.fromEntries(clear.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All registries that the projects name; pure. */
export function namedRegistries(known: readonly KnownProject[]): readonly string[] {
  return [...candidates(known).keys()].sort();
}

/** Everything that keeps a credential from being given: for the log and for `keyhold doctor`; pure. */
export function credentialProblems(known: readonly KnownProject[]): readonly string[] {
  const unknown = known.flatMap(({ state }) => {
    if (state instanceof KeyholdError) return [state.describe()];
    return state.kind === "refused" ? [refused(state).describe()] : [];
  });
  const conflicts = [...candidates(known)].flatMap(([key, found]) =>
    found.some((each) => !sameCredential(each, found[0] ?? each)) ? [ambiguous(key, found).describe()] : [],
  );
  return [...unknown, ...conflicts];
}

function candidates(known: readonly KnownProject[]): ReadonlyMap<string, readonly Candidate[]> {
  const all = known.flatMap(({ project, state }) => {
    if (state instanceof KeyholdError || state.kind === "refused") return [];
    return state.bundle.secrets.flatMap((secret) =>
      secret.registry === undefined
        ? []
        : [{ project, secret, username: secret.username ?? "", key: registryKey(secret.registry) }],
    );
  });
  return Map.groupBy(all, ({ key }) => key);
}

function sameCredential(one: Candidate, other: Candidate): boolean {
  return one.secret.value.equals(other.secret.value) && one.username === other.username;
}

function ambiguous(key: string, found: readonly Candidate[]): KeyholdError {
  const names = found.map(({ project, secret }) => `${secret.id} of ${shortName(project)}`).sort();
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `the projects of this node have different credentials for the registry ${key}: ${names.join(", ")}`,
    next: "make them equal, enrol the node for one of the projects only, or name the project: keyhold run --project ACME/WEB -- docker pull …",
  });
}

function refused({ reason, next }: { readonly reason: string; readonly next: string }): KeyholdError {
  return new KeyholdError({ code: "precondition", message: reason, next });
}
