import { shortName } from "../../common/resource-name.ts";
import { isDelivered, kindEntry } from "../../common/workload/secret-kind.ts";
import type { Candidate, JudgedCandidate, Resolution, ResolvedName, TargetFacts } from "./resolution.ts";
import { scopesFor } from "./scopes.ts";

/**
 * Decides what a target gets. In this order:
 *
 * 1. A candidate counts if its scope is one of the target's that is not withheld from it and, where it is limited with `only`, the
 *    target or its project (if that is not withheld) is named there. One that is limited to others does not shadow anything.
 * 2. Of one name the most specific level wins, whatever the kinds: workspace, user, project, organization.
 * 3. Of the winners that name one registry, or one file path, the most specific level wins; on one level the first by name.
 * 4. Opaque winners are left out at the end: they shadow, and reach nobody.
 */
export function resolve<C extends Candidate>(facts: TargetFacts, candidates: readonly C[]): Resolution<C> {
  const ranks = new Map(scopesFor(facts).map((scope, rank) => [scope.name, rank]));
  const rankOf = (candidate: C) => ranks.get(candidate.scope.name) ?? Number.POSITIVE_INFINITY;
  const known = candidates.filter((candidate) => ranks.has(candidate.scope.name));
  const byName = Map.groupBy(known, (candidate) => candidate.id);
  const names = [...byName.keys()].sort().map((id) => {
    const ordered = (byName.get(id) ?? []).toSorted((a, b) => rankOf(a) - rankOf(b));
    return { id, candidates: judgeName(facts, ordered) };
  });
  const judged = judgePlaces(names, rankOf);
  return { names: judged, winners: winnersOf(judged) };
}

/** Rules 1 and 2, for candidates of one name, the most specific first. */
function judgeName<C extends Candidate>(
  facts: TargetFacts,
  ordered: readonly C[],
): readonly JudgedCandidate<C>[] {
  const winner = ordered.find((candidate) => isFor(facts, candidate));
  return ordered.map((candidate) => {
    const { only = [] } = candidate;
    if (!isFor(facts, candidate)) return { candidate, wins: false, reason: limitedTo(only), limitedTo: only };
    if (candidate === winner) return { candidate, wins: true, reason: whyItWins(candidate, ordered.length) };
    return winner === undefined
      ? { candidate, wins: false, reason: "Nothing of this name reaches it." }
      : { candidate, wins: false, reason: shadowedBy(winner), to: winner };
  });
}

/** A project's name in `only` counts where the project itself does. */
function isFor({ target, project, withheld }: TargetFacts, { only }: Candidate): boolean {
  if (only === undefined || only.includes(target.name)) return true;
  if (project === undefined || withheld.some(({ scope }) => scope.name === project)) return false;
  return only.includes(project);
}

/**
 * Why a secret that is limited with `only` does not count.
 * @param only those that may be named
 * @param others how many more there are
 */
export function limitedTo(only: readonly string[], others = 0): string {
  if (only.length === 0 && others === 0)
    return "Limited to projects and workspaces that are deleted, so it reaches nothing.";
  const names = only.map(shortName);
  if (others > 0) names.push(`${others} ${others === 1 ? "other" : "others"} not visible to you`);
  return `Limited to ${names.join(", ")}, and this is not among them.`;
}

function shadowedBy({ scope, version }: Candidate): string {
  return `Shadowed by version ${version} at ${shortName(scope.name)}, which is more specific.`;
}

function whyItWins(candidate: Candidate, count: number): string {
  const why = count === 1 ? "The only one of this name" : "The most specific of this name";
  return !isDelivered(candidate.kind) ? `${why}; opaque, so it reaches no container.` : `${why}.`;
}

/** Rule 3, for the winners of all names. */
function judgePlaces<C extends Candidate>(
  names: readonly ResolvedName<C>[],
  rankOf: (candidate: C) => number,
): readonly ResolvedName<C>[] {
  const holders = new Map<string, C>();
  for (const candidate of nameWinners(names).toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const place = placeOf(candidate);
    // The sort is stable and names come sorted: on one level the first by name is here first.
    if (place !== undefined && !holders.has(place)) holders.set(place, candidate);
  }
  return names.map(({ id, candidates }) => ({
    id,
    candidates: candidates.map((judged) => {
      const place = placeOf(judged.candidate);
      const holder = place === undefined ? undefined : holders.get(place);
      if (!judged.wins || holder === undefined || holder === judged.candidate) return judged;
      return { ...judged, wins: false, reason: placeTaken(judged.candidate, holder, rankOf), to: holder };
    }),
  }));
}

/** What only one secret of a target can have. */
function placeOf(candidate: Candidate): string | undefined {
  return kindEntry(candidate.kind).placeOf?.(candidate);
}

function placeTaken<C extends Candidate>(loser: C, holder: C, rankOf: (candidate: C) => number): string {
  const same = rankOf(loser) === rankOf(holder);
  const why = same ? "comes first by name" : "is more specific";
  return `The ${placeOf(loser)} is taken by ${shortName(holder.name)}, which ${why}.`;
}

function nameWinners<C extends Candidate>(names: readonly ResolvedName<C>[]): readonly C[] {
  return names.flatMap(({ candidates }) => candidates.filter((judged) => judged.wins).map(candidateOf));
}

function winnersOf<C extends Candidate>(names: readonly ResolvedName<C>[]): readonly C[] {
  return nameWinners(names).filter(({ kind }) => isDelivered(kind));
}

function candidateOf<C extends Candidate>(judged: JudgedCandidate<C>): C {
  return judged.candidate;
}
