import { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import { covers } from "./principal.ts";

/** What a token may do, and until when. */
export interface TokenLimits {
  /** Resource names; empty: no limit. */
  readonly scopes: readonly string[];
  /** Milliseconds since 1970; undefined: it does not expire. */
  readonly expireTime: number | undefined;
}

/**
 * What a token that is made with another one gets: no more than the other one, and no longer. What is not asked for is taken
 * from the parent.
 * @param parent undefined for a token that is not made with one, such as a sign-in
 * @throws KeyholdError `denied` if the token that is asked for would do more or last longer than its parent
 */
export function limitsWithin(parent: TokenLimits | undefined, asked: TokenLimits): TokenLimits {
  if (parent === undefined) return asked;
  return { scopes: scopesWithin(parent, asked.scopes), expireTime: endWithin(parent, asked.expireTime) };
}

function scopesWithin({ scopes }: TokenLimits, asked: readonly string[]): readonly string[] {
  if (scopes.length === 0) return asked;
  if (asked.length === 0) return scopes;
  const outside = asked.find((name) => !covers(scopes, name));
  if (outside === undefined) return asked;
  throw new KeyholdError({
    code: "denied",
    field: "token.scopes",
    message: `the token that was used does not reach ${shortName(outside)}, so a token made with it cannot either`,
    next: `leave out --scope ${shortName(outside)}, or use a token that reaches it`,
  });
}

function endWithin({ expireTime }: TokenLimits, asked: number | undefined): number | undefined {
  if (expireTime === undefined || asked === undefined) return asked ?? expireTime;
  if (asked <= expireTime) return asked;
  throw new KeyholdError({
    code: "denied",
    field: "token.expire_time",
    message: `the token that was used ends at ${new Date(expireTime).toISOString()}, and a token made with it cannot last longer`,
    next: "leave out --expires for the same end, or use a token that lasts longer",
  });
}
