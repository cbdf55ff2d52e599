import { KeyholdError } from "../../common/errors.ts";
import { type Scope, shortName, type Target } from "../../common/resource-name.ts";
import { MAX_ENVIRONMENT_BYTES, MAX_WORKLOAD_BYTES, variableBytes } from "../../common/workload/limits.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import type { DeliveredSizes, SecretRecord } from "../secrets/records.ts";
import type { Stores } from "../stores/stores.ts";
import { Candidates } from "./candidates.ts";
import type { Candidate, TargetFacts } from "./resolution.ts";
import { resolve } from "./resolve.ts";
import { scopesFor } from "./scopes.ts";
import { findFacts, targetsOfScope } from "./targets-of-scope.ts";

type Reads = Pick<Stores, "secrets" | "workspaces" | "projects">;
type Sized = Candidate & Pick<SecretRecord, "size">;

/** One limit on what a workload gets. Bytes. */
interface Measure {
  readonly of: keyof DeliveredSizes;
  readonly limit: number;
  readonly sizeOf: (winners: readonly Sized[]) => number;
  readonly refusal: (facts: TargetFacts, size: number, field: string) => KeyholdError;
}

const MEASURES: readonly Measure[] = [
  {
    of: "environment",
    limit: MAX_ENVIRONMENT_BYTES,
    sizeOf: (winners) =>
      total(
        winners
          .filter(({ kind }) => deliveryOfKind(kind) === "variable")
          .map(({ id, size }) => variableBytes(id, size)),
      ),
    refusal: ({ target }, size, field) =>
      new KeyholdError({
        code: "invalid",
        field,
        message: `the variables of ${target.level} ${shortName(target.name)} would have ${size} bytes with their names, the limit is ${MAX_ENVIRONMENT_BYTES}`,
        next: `store the largest of them as files, or delete some; see: keyhold explain ${shortName(target.name)}`,
      }),
  },
  { of: "values", limit: MAX_WORKLOAD_BYTES, sizeOf: valuesSize, refusal: valuesTooLarge },
];

/**
 * Refuses a write that makes what a workload gets too large: its variables, or all of its values. Runs in the transaction of the
 * write, after it. A workload that was too large before does not hinder what makes it no larger.
 * @param before what was live at the scope under the names that were written
 * @param written those names
 * @throws KeyholdError `invalid` (variables) or `exhausted` (values) naming limit, size and workload
 */
export async function requireEnvFits(
  stores: Reads,
  scope: Scope,
  written: ReadonlySet<string>,
  before: readonly SecretRecord[],
): Promise<void> {
  const candidates = new Candidates(stores.secrets);
  const sizes = await stores.secrets.deliveredSizes(scope.organization);
  for (const measure of MEASURES) {
    // Most organizations are smaller than the limit for one workload: then there is nothing to resolve.
    if (total(sizes.values().map((each) => each[measure.of])) <= measure.limit) continue;
    for (const facts of (await targetsOfScope(stores, scope)).map(withAllLevels)) {
      if (atMost(measure, facts, sizes) <= measure.limit) continue;
      const size = measure.sizeOf((await candidates.resolve(facts)).winners);
      if (size <= measure.limit) continue;
      const now = await Promise.all(scopesFor(facts).map((each) => candidates.of(each)));
      const untouched = now.flat().filter((each) => each.scope.name !== scope.name || !written.has(each.id));
      if (size > measure.sizeOf(resolve(facts, [...untouched, ...before]).winners))
        throw measure.refusal(facts, size, "secret.value");
    }
  }
}

/**
 * Refuses a workspace whose project or owner brings it more than a workload can have. Runs in the transaction that made or moved it,
 * after that. One that was too large before may go where it is no larger.
 * @param before what it was until now; undefined: it is new
 * @throws KeyholdError as {@link requireEnvFits} does
 */
export async function requireWorkspaceFits(
  stores: Reads,
  target: Target,
  before: TargetFacts | undefined,
): Promise<void> {
  const sizes = await stores.secrets.deliveredSizes(target.organization);
  const found = await findFacts(stores, target);
  if (found === undefined) return;
  const facts = withAllLevels(found);
  const candidates = new Candidates(stores.secrets);
  for (const measure of MEASURES) {
    if (atMost(measure, facts, sizes) <= measure.limit) continue;
    const sizeOf = async (each: TargetFacts) => measure.sizeOf((await candidates.resolve(each)).winners);
    const size = await sizeOf(facts);
    if (size <= measure.limit) continue;
    if (before === undefined || size > (await sizeOf(withAllLevels(before))))
      throw measure.refusal(facts, size, before === undefined ? "workspace" : "workspace.project");
  }
}

/**
 * Does what takes a level away from targets, and refuses that if larger values come up from under it than a workload can have.
 * Runs in the caller's transaction.
 * @param targets those that may get something else afterwards
 * @throws KeyholdError as {@link requireEnvFits} does
 */
export async function requireUncoveredFits<T>(
  stores: Reads,
  targets: readonly TargetFacts[],
  work: () => Promise<T>,
): Promise<T> {
  const [first] = targets;
  if (first === undefined) return work();
  const sizes = await stores.secrets.deliveredSizes(first.target.organization);
  const isSmall = MEASURES.every(({ of, limit }) => total(sizes.values().map((each) => each[of])) <= limit);
  if (isSmall) return work();
  const measured = async () => {
    const candidates = new Candidates(stores.secrets);
    const found = new Map<string, readonly Sized[]>();
    for (const { target } of targets) {
      const facts = await findFacts(stores, target);
      if (facts !== undefined)
        found.set(target.name, (await candidates.resolve(withAllLevels(facts))).winners);
    }
    return found;
  };
  const before = await measured();
  const result = await work();
  const after = await measured();
  for (const facts of targets) {
    const winners = after.get(facts.target.name) ?? [];
    for (const { limit, sizeOf, refusal } of MEASURES) {
      const size = sizeOf(winners);
      if (size > limit && size > sizeOf(before.get(facts.target.name) ?? []))
        throw refusal(facts, size, "force");
    }
  }
  return result;
}

/** @throws KeyholdError `exhausted` if the values of a target are more than a workload can have: they were written by an older release */
export function requireBundleFits(facts: Pick<TargetFacts, "target">, winners: readonly Sized[]): void {
  const size = valuesSize(winners);
  if (size > MAX_WORKLOAD_BYTES) throw valuesTooLarge(facts, size);
}

export function valuesSize(winners: readonly Pick<Sized, "size">[]): number {
  return total(winners.map(({ size }) => size));
}

/** What is withheld now counts as well: a role that is given back, or a confirmation, must not exceed the limit. */
function withAllLevels(facts: TargetFacts): TargetFacts {
  return { ...facts, withheld: [] };
}

/** What the target can get at most: all secrets of its scopes. */
function atMost({ of }: Measure, facts: TargetFacts, sizes: ReadonlyMap<string, DeliveredSizes>): number {
  return total(scopesFor(facts).map(({ name }) => sizes.get(name)?.[of] ?? 0));
}

function total(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}

function valuesTooLarge({ target }: Pick<TargetFacts, "target">, size: number, field?: string): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    field,
    message: `the values of ${target.level} ${shortName(target.name)} would have ${size} bytes in all, the limit is ${MAX_WORKLOAD_BYTES}`,
    next: `delete some, make them smaller, or limit them to fewer workloads with --only; see: keyhold explain ${shortName(target.name)}`,
  });
}
