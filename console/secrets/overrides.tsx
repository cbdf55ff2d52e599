import { Link } from "wouter";
import { pageOf, scopeLabel } from "../api/names.ts";

/** The more specific scopes that have a secret of the same name, as far as one may see them. */
export function Overrides({ scopes }: { readonly scopes: readonly string[] }) {
  const [first, ...others] = scopes;
  if (first === undefined) return <span className="dim">nobody</span>;
  return (
    <span title={scopes.map(scopeLabel).join(", ")}>
      <Link href={`${pageOf(first)}/secrets`}>{scopeLabel(first)}</Link>
      {others.length > 0 && <span className="dim"> and {others.length} more</span>}
    </span>
  );
}
