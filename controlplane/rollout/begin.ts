import { parseSecretName, type Scope, type SecretName } from "../../common/resource-name.ts";
import type { Change } from "../database/change.ts";
import type { Writing } from "../database/session.ts";
import type { Receipt } from "../directory/records.ts";
import { Candidates } from "../resolve/candidates.ts";
import { standingOf } from "../resolve/standing.ts";
import { targetsOfScope } from "../resolve/targets-of-scope.ts";
import type { SecretRecord } from "../secrets/records.ts";
import type { Stores } from "../stores/stores.ts";
import { isUp } from "./groups.ts";
import type { ContainerName } from "./records/rollout-records.ts";
import { winnersOf } from "./surroundings.ts";

type Uses = Pick<Stores, "secrets" | "workspaces" | "projects" | "receipts" | "rollouts">;

/** A container that a scope's secrets can reach, and what its target gets after the write. */
interface Reached extends Receipt {
  readonly winners: readonly SecretRecord[];
}

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
  // An import writes many secrets at one scope.
  const known = new Map<string, readonly Reached[]>();
  for (const each of new Set(written)) {
    const name = parseSecretName(each);
    const reached = known.get(name.scope.name) ?? (await whoIsReached(stores, name.scope));
    known.set(name.scope.name, reached);
    await begin(stores, name, reached, tx.revertible.has(each));
  }
}

async function begin(
  stores: Uses,
  name: SecretName,
  reached: readonly Reached[],
  wantsWriteBack: boolean,
): Promise<void> {
  const { organization } = name.scope;
  const record = await stores.secrets.find(name.scope, name.id, { showDeleted: true });
  const version = record === undefined || record.deleteTime !== undefined ? 0 : record.version;
  const secret = name.name;
  const active = await stores.rollouts.active(organization, secret);
  // Not a new version, but another comment, or a field: those who wait for it wait on.
  if (active.some((rollout) => rollout.version === version)) return;
  const containers = reached.filter((each) => needsIt(each, name, record)).map(nameOf);
  const creator = record?.updater ?? "";
  if (containers.length === 0) await stores.rollouts.supersede(organization, secret, version);
  else await stores.rollouts.begin({ organization, secret, version, creator, containers, wantsWriteBack });
}

async function whoIsReached(stores: Uses, scope: Scope): Promise<readonly Reached[]> {
  const { organization } = scope;
  const places = new Set(await stores.receipts.targets(organization));
  if (places.size === 0) return [];
  const targets = (await targetsOfScope(stores, scope)).filter(({ target }) => places.has(target.name));
  const winners = await winnersOf(new Candidates(stores.secrets), targets);
  const receipts = await stores.receipts.list(organization, { targets: [...winners.keys()] });
  return receipts
    .filter(({ container }) => isUp(container))
    .flatMap((receipt) => {
      const found = winners.get(receipt.container.target);
      return found === undefined ? [] : { ...receipt, winners: found };
    });
}

/** It has another version, and is to get this one without waiting for its next start. */
function needsIt(reached: Reached, name: SecretName, record: SecretRecord | undefined): boolean {
  const container = { ...reached.container, state: "RUNNING" as const };
  const { state, concerned } = standingOf({ connected: true, container }, reached.winners, { name, record });
  return concerned && (state === "PENDING" || state === "WAITING");
}

function nameOf({ node, container }: Receipt): ContainerName {
  return { node, container: container.containerId };
}
