import { KeyholdError } from "../../common/errors.ts";
import { type Scope, shortName, type Target } from "../../common/resource-name.ts";
import { MAX_ENVIRONMENT_BYTES, variableBytes } from "../../common/workload/limits.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import type { SecretRecord } from "../secrets/records.ts";
import type { Stores } from "../stores/stores.ts";
import { Candidates } from "./candidates.ts";
import type { Candidate, TargetFacts } from "./resolution.ts";
import { resolve } from "./resolve.ts";
import { scopesFor } from "./scopes.ts";
import { findFacts, targetsOfScope } from "./targets-of-scope.ts";

type Reads = Pick<Stores, "secrets" | "workspaces" | "projects">;
type Sized = Candidate & Pick<SecretRecord, "size">;

/**
 * Refuses a write that makes the variables of a workload too large. Runs in the transaction of the write, after it. A workload
 * that was too large before (its workspace moved to another project) does not hinder what makes it no larger.
 * @param before what was live at the scope under the names that were written
 * @param written those names
 * @throws KeyholdError `invalid` naming limit, size and workload
 */
export async function requireEnvFits(
  stores: Reads,
  scope: Scope,
  written: ReadonlySet<string>,
  before: readonly SecretRecord[],
): Promise<void> {
  const sizes = await stores.secrets.envSizes(scope.organization);
  // Most organizations are smaller than the limit for one workload: then there is nothing to resolve.
  if (total(sizes.values()) <= MAX_ENVIRONMENT_BYTES) return;
  const candidates = new Candidates(stores.secrets);
  for (const facts of (await targetsOfScope(stores, scope)).map(withAllLevels)) {
    if (total(scopesFor(facts).map(({ name }) => sizes.get(name) ?? 0)) <= MAX_ENVIRONMENT_BYTES) continue;
    const { winners } = await candidates.resolve(facts);
    const size = envSize(winners);
    if (size <= MAX_ENVIRONMENT_BYTES) continue;
    const now = await Promise.all(scopesFor(facts).map((each) => candidates.of(each)));
    const untouched = now.flat().filter((each) => each.scope.name !== scope.name || !written.has(each.id));
    if (size > envSize(resolve(facts, [...untouched, ...before]).winners)) throw tooLarge(facts, size);
  }
}

/**
 * Refuses a workspace whose project or owner brings it more variables than a workload can have. Runs in the transaction that made or
 * moved it, after that. One that was too large before may go where it is no larger.
 * @param before what it was until now; undefined: it is new
 * @throws KeyholdError `invalid` naming limit, size and workload
 */
export async function requireWorkspaceFits(
  stores: Reads,
  target: Target,
  before: TargetFacts | undefined,
): Promise<void> {
  const sizes = await stores.secrets.envSizes(target.organization);
  if (total(sizes.values()) <= MAX_ENVIRONMENT_BYTES) return;
  const found = await findFacts(stores, target);
  if (found === undefined) return;
  const facts = withAllLevels(found);
  const candidates = new Candidates(stores.secrets);
  const sizeOf = async (each: TargetFacts) => envSize((await candidates.resolve(each)).winners);
  const size = await sizeOf(facts);
  if (size <= MAX_ENVIRONMENT_BYTES) return;
  if (before === undefined || size > (await sizeOf(withAllLevels(before))))
    throw tooLarge(facts, size, before === undefined ? "workspace" : "workspace.project");
}

/** What is withheld now counts as well: a role that is given back, or a confirmation, must not exceed the limit. */
function withAllLevels(facts: TargetFacts): TargetFacts {
  return { ...facts, withheld: [] };
}

function envSize(winners: readonly Sized[]): number {
  return total(
    winners
      .filter(({ kind }) => deliveryOfKind(kind) === "variable")
      .map(({ id, size }) => variableBytes(id, size)),
  );
}

function total(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}

function tooLarge({ target }: TargetFacts, size: number, field = "secret.value"): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field,
    message: `the variables of ${target.level} ${shortName(target.name)} would have ${size} bytes with their names, the limit is ${MAX_ENVIRONMENT_BYTES}`,
    next: `store the largest of them as files, or delete some; see: keyhold explain ${shortName(target.name)}`,
  });
}
