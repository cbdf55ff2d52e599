import { parseTarget, type SecretName } from "../../../common/resource-name.ts";
import type { _keyhold_v1_RolloutStatus_Container as ContainerMessage } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import type { Caller } from "../../identity/principal.ts";
import { Candidates } from "../../resolve/candidates.ts";
import type { Candidate, TargetFacts } from "../../resolve/resolution.ts";
import { type Asked, type Placed, standingOf, withHalts } from "../../resolve/standing.ts";
import { findFacts, targetsOfScope } from "../../resolve/targets-of-scope.ts";
import type { RolloutRecord } from "../../rollout/records/rollout-records.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import { PrivateWords } from "../edge/private-words.ts";
import { maySee } from "../edge/visible.ts";
import { type Connected, reportedIn } from "../secrets/reported.ts";

/** A container of the organization and how far it is with the secret, whether it is concerned or not. */
export interface Placing extends Placed {
  /** Undefined: its target is gone. */
  readonly facts: TargetFacts | undefined;
}

/** Who is told, and what decides how much. */
export interface Told {
  readonly database: Pick<Database, "secrets" | "workspaces" | "projects">;
  readonly access: Access;
  readonly caller: Caller;
}

/** How far every container and the whole of them are, as of one moment. */
export interface RolloutReading {
  readonly asked: Asked;
  /** By node and name. */
  readonly placings: readonly Placing[];
  /** That of the version that was asked about, if there was one. */
  readonly rollout: RolloutRecord | undefined;
}

export function readRollout(
  database: Pick<Database, "snapshot">,
  connections: Connected,
  name: SecretName,
  version = 0,
): Promise<RolloutReading> {
  const { scope, id } = name;
  return database.snapshot(async (stores) => {
    const record = await stores.secrets.find(scope, id, { showDeleted: true });
    const asked: Asked = { name, record };
    const targets = new Targets(stores, await targetsOfScope(stores, scope));
    const only = scope.level === "organization" ? undefined : { targets: targets.names(), secret: name.name };
    const placings: Placing[] = [];
    for (const seen of await reportedIn(stores, connections, scope.organization, only)) {
      if (seen.container.target === "") continue;
      const facts = await targets.factsOf(seen.container.target);
      const winners = facts === undefined ? undefined : await targets.winnersOf(facts);
      placings.push({ ...seen, facts, standing: standingOf(seen, winners, asked) });
    }
    const steps = await stores.rollouts.steps(scope.organization);
    const failed = steps.filter((step) => step.failed);
    const rollout = await stores.rollouts.ofVersion(scope.organization, name.name, version);
    return { asked, rollout, placings: withHalts(placings, asked, failed) };
  });
}

/** The newest version; 0 while it is deleted. */
export function newestVersion({ record }: Asked): number {
  return record === undefined || record.deleteTime !== undefined ? 0 : record.version;
}

/** Containers of workspaces that the caller may not see are there, without names; problems are without private names. */
export async function containerMessages(
  placings: readonly Placing[],
  { database, access, caller }: Told,
): Promise<ContainerMessage[]> {
  const words = new PrivateWords(database, access, caller);
  const known = new Map<string, boolean>();
  const messages: ContainerMessage[] = [];
  for (const placing of placings) {
    const { target } = placing.container;
    const visible = known.get(target) ?? (await isVisible(placing, access, caller));
    known.set(target, visible);
    messages.push(visible ? await containerMessage(placing, words) : withoutNames(placing));
  }
  return messages;
}

/** Of a target that is gone nobody can say whose it was: its owner asks under a name that is gone as well. */
async function isVisible({ facts, container }: Placing, access: Access, caller: Caller): Promise<boolean> {
  const target = facts?.target ?? parseTarget(container.target);
  return maySee(access, caller, { target, owner: facts?.owner });
}

async function containerMessage(
  { node, container, standing }: Placing,
  words: PrivateWords,
): Promise<ContainerMessage> {
  const { containerId, containerName, target } = container;
  const { state, version } = standing;
  const { dependents } = container;
  const problem = await words.without(standing.problem, target);
  return { node, containerId, containerName, target, state, version, problem, dependents };
}

/** Not the problem either: what it names may be the owner's own. */
function withoutNames({ standing: { state, version } }: Placing): ContainerMessage {
  return { node: "", containerId: "", containerName: "", target: "", state, version, problem: "" };
}

/** What targets get, each looked up once. */
class Targets {
  readonly #stores: Pick<Stores, "workspaces" | "projects">;
  readonly #candidates: Candidates;
  readonly #facts: Map<string, TargetFacts | undefined>;
  readonly #winners = new Map<string, readonly Candidate[]>();

  constructor(stores: Pick<Stores, "workspaces" | "projects" | "secrets">, inScope: readonly TargetFacts[]) {
    this.#stores = stores;
    this.#candidates = new Candidates(stores.secrets);
    this.#facts = new Map(inScope.map((facts) => [facts.target.name, facts]));
  }

  names(): readonly string[] {
    return [...this.#facts.keys()];
  }

  /** Also of one that is not in the secret's scope (any more), and may have it still. */
  async factsOf(name: string): Promise<TargetFacts | undefined> {
    if (!this.#facts.has(name)) this.#facts.set(name, await findFacts(this.#stores, parseTarget(name)));
    return this.#facts.get(name);
  }

  async winnersOf(facts: TargetFacts): Promise<readonly Candidate[]> {
    const { name } = facts.target;
    const winners = this.#winners.get(name) ?? (await this.#candidates.resolve(facts)).winners;
    this.#winners.set(name, winners);
    return winners;
  }
}
