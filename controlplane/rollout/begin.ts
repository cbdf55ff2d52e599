import { parseSecretName, type SecretName } from "../../common/resource-name.ts";
import { Candidates } from "../resolve/candidates.ts";
import { standingOf } from "../resolve/standing.ts";
import { targetsOfScope } from "../resolve/targets-of-scope.ts";
import type { Writing } from "../store/session.ts";
import type { Change, ContainerName, SecretRecord, Stores } from "../store/types.ts";
import { isUp } from "./groups.ts";

type Uses = Pick<Stores, "secrets" | "workspaces" | "projects" | "receipts" | "rollouts">;

/**
 * Begins a rollout for each secret that a transaction has written and that a running container has to get. Runs at its end and
 * inside of it: nobody has been told of the new version yet, so what the containers have now is what they had before.
 */
export async function beginRollouts(
  stores: Uses,
  tx: Pick<Writing, "revertible">,
  changes: readonly Change[],
): Promise<void> {
  const written = changes.filter(({ kind }) => kind === "secret").map(({ resource }) => resource);
  for (const name of new Set(written)) await begin(stores, parseSecretName(name), tx.revertible.has(name));
}

async function begin(stores: Uses, name: SecretName, wantsWriteBack: boolean): Promise<void> {
  const { organization } = name.scope;
  const record = await stores.secrets.find(name.scope, name.id, { showDeleted: true });
  const version = record === undefined || record.deleteTime !== undefined ? 0 : record.version;
  const secret = name.name;
  const known = await stores.rollouts.active(organization, secret);
  // Not a new version, but another comment, or a field: those who wait for it wait on.
  if (known.some((rollout) => rollout.version === version)) return;
  const containers = await whoNeedsIt(stores, name, record);
  const creator = record?.updater ?? "";
  if (containers.length === 0) await stores.rollouts.supersede(organization, secret, version);
  else await stores.rollouts.begin({ organization, secret, version, creator, containers, wantsWriteBack });
}

/** Whoever runs, has another version, and is to get this one without waiting for its next start. */
async function whoNeedsIt(
  stores: Uses,
  name: SecretName,
  record: SecretRecord | undefined,
): Promise<readonly ContainerName[]> {
  const { organization } = name.scope;
  const places = new Set(await stores.receipts.targets(organization));
  if (places.size === 0) return [];
  const reached = await targetsOfScope(stores, name.scope);
  const facts = new Map(reached.map((each) => [each.target.name, each] as const));
  const targets = [...facts.keys()].filter((target) => places.has(target));
  const receipts = await stores.receipts.list(organization, { targets, secret: name.name });
  const candidates = new Candidates(stores.secrets);
  const found: ContainerName[] = [];
  for (const { node, container } of receipts) {
    const target = facts.get(container.target);
    if (target === undefined || !isUp(container)) continue;
    const { winners } = await candidates.resolve(target);
    const running = { connected: true, container: { ...container, state: "RUNNING" as const } };
    const { state, concerned } = standingOf(running, winners, { name, record });
    const needsIt = concerned && (state === "PENDING" || state === "WAITING");
    if (needsIt) found.push({ node, container: container.containerId });
  }
  return found;
}
