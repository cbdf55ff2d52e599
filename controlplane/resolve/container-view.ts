import { canonicalPath, isWithin } from "../../common/workload/paths.ts";
import type { Candidate } from "./resolution.ts";

/** What a container asks for, as its node reported it. */
export interface Wants {
  readonly onChange: string;
  readonly allSecrets: boolean;
  readonly secrets: readonly { readonly secretId: string; readonly optional: boolean }[];
  /** In the order in which they are set. */
  readonly variables: readonly {
    readonly name: string;
    readonly secretIds: readonly string[];
    readonly optional: boolean;
  }[];
  readonly userId: number;
  readonly groupId: number;
  readonly hasDirectory: boolean;
  readonly mountedPaths: readonly string[];
  /** The Swarm service that it is a task of; empty: none. Left out by agents of earlier releases. */
  readonly service?: string;
}

/** What a container asks for that has no labels of its own, or whose agent does not say. */
export const EVERYTHING: Wants = {
  ...{ onChange: "restart", allSecrets: true, secrets: [], variables: [] },
  ...{ userId: 0, groupId: 0, hasDirectory: true, mountedPaths: [] },
};

/** What a container sees of its target's secrets: by variable, path and registry, something that is equal for equal values. */
export interface ContainerView {
  readonly env: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
  readonly registry: ReadonlyMap<string, string>;
}

const DIRECTORY = "/run/secrets";

/**
 * The agent's plan for a container, as far as names and fingerprints tell. The agent itself refuses more (a file that is no text
 * as a variable, its own mounts elsewhere): those are not known here.
 * @returns in words why it cannot be given these secrets: the agent leaves it as it is, and refuses its next start
 */
export function viewOf(wants: Wants, winners: readonly Candidate[]): ContainerView | string {
  const byId = new Map(winners.map((winner) => [winner.id, winner]));
  const missing = wants.secrets.find(({ secretId, optional }) => !optional && !byId.has(secretId));
  if (missing !== undefined) return `it needs ${missing.secretId}, which there is not`;
  const selected = selectedOf(wants, winners);
  const env = new Map<string, string>();
  for (const { id, fingerprint } of selected.filter(({ kind }) => kind === "env")) env.set(id, fingerprint);
  for (const { name, secretIds, optional } of wants.variables) {
    const found = secretIds.map((id) => byId.get(id));
    const gone = secretIds.find((id) => !byId.has(id));
    if (gone !== undefined && optional) continue;
    if (gone !== undefined) return `its variable ${name} needs ${gone}, which there is not`;
    if (found.some((secret) => secret?.kind === "registry"))
      return `its variable ${name} cannot be a registry's password`;
    env.set(name, textOf(secretIds, found));
  }
  const files = filesOf(wants, selected);
  if (typeof files === "string") return files;
  const registry = new Map(
    selected
      .filter(({ kind }) => kind === "registry")
      .map((each) => [each.registry ?? "", `${each.fingerprint} ${each.username}`]),
  );
  const inDirectory = registry.size > 0 || [...files.keys()].some((path) => isWithin(path, DIRECTORY));
  if (inDirectory && !wants.hasDirectory) return `it mounts something of its own at ${DIRECTORY}`;
  return { env, files, registry };
}

/** The secrets that a container is given in one way or another: what its node reports as delivered. */
export function usedBy(wants: Wants, winners: readonly Candidate[]): readonly Candidate[] {
  const named = new Set([
    ...selectedOf(wants, winners).map(({ id }) => id),
    ...wants.variables.flatMap(({ secretIds }) => secretIds),
  ]);
  return winners.filter(({ id }) => named.has(id));
}

/** Whether the file can appear, change and go while the container runs. */
export function isMounted(wants: Wants, path: string): boolean {
  return isWithin(path, DIRECTORY) ? wants.hasDirectory : wants.mountedPaths.includes(path);
}

function selectedOf(wants: Wants, winners: readonly Candidate[]): readonly Candidate[] {
  if (wants.allSecrets) return winners;
  const chosen = new Set(wants.secrets.map(({ secretId }) => secretId));
  return winners.filter(({ id }) => chosen.has(id));
}

/** What stands around references does not change in a container's life. An alias for a secret is that secret's value. */
function textOf(ids: readonly string[], found: readonly (Candidate | undefined)[]): string {
  return ids.map((id, index) => found[index]?.fingerprint ?? id).join(",");
}

function filesOf(wants: Wants, selected: readonly Candidate[]): ReadonlyMap<string, string> | string {
  const files = new Map<string, string>();
  for (const { id, kind, path, mode, ownerUid, ownerGid, fingerprint } of selected) {
    if (kind !== "file") continue;
    const at = canonicalPath(path ?? `${DIRECTORY}/${id}`);
    const clash = [...files.keys()].find((other) => isWithin(other, at) || isWithin(at, other));
    if (clash !== undefined) return `its files ${clash} and ${at} cannot both be there`;
    const owner = `${ownerUid ?? wants.userId}:${ownerGid ?? wants.groupId}`;
    files.set(at, `${fingerprint} ${mode} ${owner}`);
  }
  return files;
}
