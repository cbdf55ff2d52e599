import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf } from "../../../controlplane/resolve/digest.ts";
import type { Candidate, TargetFacts } from "../../../controlplane/resolve/resolution.ts";
import { resolve } from "../../../controlplane/resolve/resolve.ts";
import { ACME, ALICE, BUILD, secret, WEB, WORKSPACE, WS } from "./world.ts";

const OTHER = "organizations/acme/projects/other";
const SCOPES = [WS, ALICE, WEB, ACME];

const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    scope: fc.constantFrom(...SCOPES),
    id: fc.constantFrom("A", "B", "C", "D"),
    kind: fc.constantFrom("env", "file", "registry", "opaque"),
    place: fc.constantFrom("1", "2"),
    only: fc.option(fc.subarray([WS.name, WEB.name, OTHER]), { nil: undefined }),
    fingerprint: fc.constantFrom("f", "g"),
  })
  .map(({ scope, id, kind, place, only, fingerprint }) =>
    secret(scope, id, {
      kind,
      fingerprint,
      only: scope === ACME ? only : [],
      // The two spellings of one path.
      ...(kind === "file" ? { path: place === "1" ? `/${id > "B" ? "var/" : ""}run/x` : "/y" } : {}),
      ...(kind === "registry" ? { registry: place } : {}),
    }),
  );

/** As in the database: one secret of a name in a scope. */
const anyTree = fc.uniqueArray(anyCandidate, { selector: ({ name }) => name, maxLength: 16 });
const anyTarget = fc.constantFrom<TargetFacts>(
  WORKSPACE,
  BUILD,
  { ...WORKSPACE, project: undefined },
  { ...WORKSPACE, project: OTHER },
);

/** The contract, said as slowly as possible: level by level, name by name, removing losers. */
function model(facts: TargetFacts, tree: readonly Candidate[]): string[] {
  const levels =
    facts.target.level === "project"
      ? [WEB.name, ACME.name]
      : [WS.name, ALICE.name, ...(facts.project === undefined ? [] : [facts.project]), ACME.name];
  const effective: Candidate[] = [];
  for (const level of levels) {
    for (const candidate of tree) {
      if (candidate.scope.name !== level) continue;
      const named = candidate.only?.some((name) => name === facts.target.name || name === facts.project);
      if (candidate.only !== undefined && named !== true) continue;
      if (effective.every((taken) => taken.id !== candidate.id)) effective.push(candidate);
    }
  }
  const given: Candidate[] = [];
  for (const level of levels) {
    for (const id of ["A", "B", "C", "D"]) {
      const candidate = effective.find((one) => one.id === id && one.scope.name === level);
      if (candidate === undefined || candidate.kind === "opaque") continue;
      const clashes = given.some(
        (one) =>
          one.kind === candidate.kind &&
          ((one.kind === "file" && one.path?.replace("/var", "") === candidate.path?.replace("/var", "")) ||
            (one.kind === "registry" && one.registry === candidate.registry)),
      );
      if (!clashes) given.push(candidate);
    }
  }
  return given.map(({ name }) => name).sort();
}

test("resolving agrees with the slow model on thousands of trees, whatever the order of the rows", () => {
  fc.assert(
    fc.property(anyTree, anyTarget, fc.integer(), (tree, facts, seed) => {
      const resolution = resolve(facts, tree);
      expect(resolution.winners.map(({ name }) => name).sort()).toEqual(model(facts, tree));
      const shuffled = tree.toSorted((a, b) => order(a, seed) - order(b, seed));
      expect(digestOf(resolve(facts, shuffled).winners)).toBe(digestOf(resolution.winners));
    }),
    { numRuns: 5000 },
  );
});

test("every winner is told as winning, every name wins at most once, and every reason is a sentence", () => {
  fc.assert(
    fc.property(anyTree, anyTarget, (tree, facts) => {
      const { names, winners } = resolve(facts, tree);
      const told = names.flatMap(({ candidates }) => candidates.filter(({ wins }) => wins));
      const delivered = told.map(({ candidate }) => candidate).filter(({ kind }) => kind !== "opaque");
      expect(delivered).toEqual(winners);
      for (const { candidates } of names) {
        expect(candidates.filter(({ wins }) => wins).length).toBeLessThanOrEqual(1);
        for (const { reason } of candidates) expect(reason).toMatch(/^[A-Z].*\.$/);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a shadowed secret changes no digest", () => {
  fc.assert(
    fc.property(anyTree, anyTarget, (tree, facts) => {
      const { winners } = resolve(facts, tree);
      const changed = tree.map((candidate) =>
        winners.includes(candidate) ? candidate : { ...candidate, fingerprint: "changed", version: 2 },
      );
      expect(digestOf(resolve(facts, changed).winners)).toBe(digestOf(winners));
    }),
    { numRuns: 1000 },
  );
});

function order(candidate: Candidate, seed: number): number {
  return (candidate.name.length * 31 + (candidate.name.at(-1)?.charCodeAt(0) ?? 0) * seed) % 17;
}
