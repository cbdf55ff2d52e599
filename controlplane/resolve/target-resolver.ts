import type { Target } from "../../common/resource-name.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import { type DeliveredFields, fieldsIn } from "../../common/workload/secret-field.ts";
import { type DeliveredKind, isDelivered, type SecretKind } from "../../common/workload/secret-kind.ts";
import type { Change } from "../database/change.ts";
import type { SecretRecord } from "../secrets/records.ts";
import type { Database, Stores } from "../stores/stores.ts";
import { affectedTargets, changedScopes } from "./affected.ts";
import { digestOf } from "./digest.ts";
import { requireBundleFits, valuesSize } from "./env-limit.ts";
import type { Resolution, TargetFacts, Withheld } from "./resolution.ts";
import { resolve } from "./resolve.ts";
import { scopesFor } from "./scopes.ts";
import { factsOfProject, factsOfWorkspace, projectsInScope } from "./targets-of-scope.ts";

interface ResolvedSecret extends DeliveredFields {
  /** The last part of the name: unique in a bundle. */
  readonly id: string;
  /** The winner's resource name. */
  readonly secret: string;
  readonly version: number;
  readonly kind: DeliveredKind;
  readonly value: SecretValue;
  readonly fingerprint: string;
}

export interface Bundle {
  /** Resource name. */
  readonly target: string;
  /** What it was resolved at. */
  readonly revision: number;
  readonly digest: string;
  /** By name. */
  readonly secrets: readonly ResolvedSecret[];
}

export interface Explanation {
  readonly revision: number;
  readonly entries: readonly {
    readonly id: string;
    /** Most specific first. */
    readonly candidates: readonly {
      readonly secret: string;
      readonly kind: SecretKind;
      readonly version: number;
      readonly wins: boolean;
      readonly reason: string;
      /** Resource name of the secret it lost to, if the reason names one. */
      readonly lostTo: string | undefined;
      /** Resource names of the projects and workspaces it is limited to, if the reason names them. */
      readonly limitedTo: readonly string[] | undefined;
    }[];
  }[];
  /** Levels that do not count now. */
  readonly withheld: readonly Withheld[];
}

/** Reads what a target's answer depends on, in one snapshot, and leaves the deciding to {@link resolve}. */
export class TargetResolver {
  readonly #database: Pick<Database, "snapshot">;

  constructor(database: Pick<Database, "snapshot">) {
    this.#database = database;
  }

  /** With values. @throws KeyholdError `not-found` if the target does not exist, `exhausted` if they are too large */
  async resolve(target: Target): Promise<Bundle> {
    const resolved = await this.resolveUpTo(target, Number.POSITIVE_INFINITY);
    if (typeof resolved === "number") throw new Error("nothing is larger than infinity");
    return resolved;
  }

  /**
   * The same if the values have at most so many bytes; else only how many, and none was decrypted.
   * @param most bytes
   */
  resolveUpTo(target: Target, most: number): Promise<Bundle | number> {
    return this.#database.snapshot(async (stores, revision) => {
      const { winners } = await decide(stores, target);
      requireBundleFits({ target }, winners);
      const size = valuesSize(winners);
      if (size > most) return size;
      const accessed = await stores.secrets.values(winners);
      const secrets = winners.map((winner, index) => {
        const value = accessed[index]?.value;
        if (value === undefined) throw new Error(`no value was read for ${winner.name}`);
        return delivered(winner, value);
      });
      return { target: target.name, revision, digest: digestOf(winners), secrets };
    });
  }

  /** The bundle's digest, without decrypting anything. @throws KeyholdError `not-found` if the target does not exist */
  digest(target: Target): Promise<string> {
    return this.#database.snapshot(async (stores) => digestOf((await decide(stores, target)).winners));
  }

  /** For each name what wins, what it shadows, and why. @throws KeyholdError `not-found` if the target does not exist */
  explain(target: Target): Promise<Explanation> {
    return this.#database.snapshot(async (stores, revision) => {
      const facts = await factsOf(stores, target);
      const { names } = await decideBy(stores, facts);
      const entries = names.map(({ id, candidates }) => ({
        id,
        candidates: candidates.map(({ candidate, wins, reason, to, limitedTo }) => ({
          secret: candidate.name,
          kind: candidate.kind,
          version: candidate.version,
          wins,
          reason,
          lostTo: to?.name,
          limitedTo,
        })),
      }));
      return { revision, entries, withheld: facts.withheld };
    });
  }

  /** Names of the targets that these changes can touch: compare their {@link digest}. */
  affected(changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const scopes = changedScopes(changes);
    if (scopes.length === 0) return Promise.resolve(new Set());
    return this.#database.snapshot(async (stores) => {
      const workspaces = await Promise.all(scopes.map((scope) => stores.workspaces.inScope(scope)));
      const projects = await Promise.all(scopes.map((scope) => projectsInScope(stores, scope)));
      return affectedTargets(changes, { workspaces: workspaces.flat(), projects: projects.flat() });
    });
  }
}

/** What a target resolves to now, without values. @throws KeyholdError `not-found` if the target does not exist */
async function decide(
  stores: Pick<Stores, "workspaces" | "projects" | "secrets">,
  target: Target,
): Promise<Resolution<SecretRecord>> {
  return decideBy(stores, await factsOf(stores, target));
}

async function decideBy(
  stores: Pick<Stores, "secrets">,
  facts: TargetFacts,
): Promise<Resolution<SecretRecord>> {
  return resolve(facts, await stores.secrets.candidates(scopesFor(facts)));
}

async function factsOf(
  stores: Pick<Stores, "workspaces" | "projects">,
  target: Target,
): Promise<TargetFacts> {
  if (target.level === "project") {
    await stores.projects.get(target.organization, target.id);
    return factsOfProject(target);
  }
  return factsOfWorkspace(await stores.workspaces.get(target.organization, target.id));
}

function delivered(winner: SecretRecord, value: SecretValue): ResolvedSecret {
  const { id, name, version, kind, fingerprint } = winner;
  if (!isDelivered(kind)) throw new Error(`${name} is ${kind} and reaches no workload`);
  return { id, secret: name, version, kind, value, fingerprint, ...fieldsIn(winner) };
}
