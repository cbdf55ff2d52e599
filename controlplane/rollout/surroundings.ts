import { parseSecretName, type SecretName } from "../../common/resource-name.ts";
import type { Receipt } from "../directory/records.ts";
import { Candidates } from "../resolve/candidates.ts";
import type { TargetFacts } from "../resolve/resolution.ts";
import { targetsOfScope } from "../resolve/targets-of-scope.ts";
import type { SecretRecord } from "../secrets/records.ts";
import type { Stores } from "../stores/stores.ts";
import type { RolloutRecord, StepRecord } from "./records/rollout-records.ts";

export type Reads = Pick<Stores, "secrets" | "workspaces" | "projects" | "nodes" | "receipts" | "rollouts">;

/** A rollout under way, and what decides how its containers stand to it. */
export interface Watched {
  readonly rollout: RolloutRecord;
  readonly name: SecretName;
  /** Also if it is deleted; undefined if it is gone for good. */
  readonly record: SecretRecord | undefined;
  /** What each target of its containers resolves to now. */
  readonly winners: ReadonlyMap<string, readonly SecretRecord[]>;
}

/** Everything that counts for the rollouts of one organization, as of one moment. */
export interface Surroundings {
  readonly receipts: readonly Receipt[];
  readonly steps: readonly StepRecord[];
  readonly watched: readonly Watched[];
  /** Resource names of the nodes that are connected. */
  readonly connected: ReadonlySet<string>;
}

export async function lookAround(
  stores: Reads,
  organization: string,
  isConnected: (node: Awaited<ReturnType<Stores["nodes"]["get"]>>) => boolean,
): Promise<Surroundings> {
  const steps = await stores.rollouts.steps(organization);
  const active = await stores.rollouts.active(organization);
  const receipts = await stores.receipts.list(organization);
  const concerned = new Set(receipts.map(({ node }) => node));
  const connected = new Set<string>();
  for (const name of concerned) {
    const node = await stores.nodes.find(organization, name.split("/").at(-1) ?? "");
    if (node !== undefined && isConnected(node)) connected.add(name);
  }
  return { receipts, steps, connected, watched: await watch(stores, active, receipts) };
}

async function watch(
  stores: Reads,
  active: readonly RolloutRecord[],
  receipts: readonly Receipt[],
): Promise<readonly Watched[]> {
  const places = new Set(receipts.map(({ container }) => container.target));
  const candidates = new Candidates(stores.secrets);
  const watched: Watched[] = [];
  for (const rollout of active) {
    const name = parseSecretName(rollout.secret);
    const record = await stores.secrets.find(name.scope, name.id, { showDeleted: true });
    const facts = (await targetsOfScope(stores, name.scope)).filter(({ target }) => places.has(target.name));
    watched.push({ rollout, name, record, winners: await winnersOf(candidates, facts) });
  }
  return watched;
}

/** By target. */
export async function winnersOf(
  candidates: Candidates,
  targets: readonly TargetFacts[],
): Promise<ReadonlyMap<string, readonly SecretRecord[]>> {
  const winners = new Map<string, readonly SecretRecord[]>();
  for (const facts of targets) winners.set(facts.target.name, (await candidates.resolve(facts)).winners);
  return winners;
}
