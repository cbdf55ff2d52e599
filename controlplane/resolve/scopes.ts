import { organizationScope, parseScope, type Scope } from "../../common/resource-name.ts";
import type { TargetFacts } from "./resolution.ts";

/** The scopes whose secrets count for a target, the most specific first: workspace, user, project, organization. */
export function scopesFor(facts: TargetFacts): readonly Scope[] {
  const withheld = new Set(facts.withheld.map(({ scope }) => scope.name));
  return everyScopeOf(facts).filter(({ name }) => !withheld.has(name));
}

function everyScopeOf({ target, owner, project }: TargetFacts): readonly Scope[] {
  const organization = organizationScope(target.organization);
  if (target.level === "project") return [target, organization];
  const between = [owner, project].filter((name) => name !== undefined).map((name) => parseScope(name));
  return [target, ...between, organization];
}
