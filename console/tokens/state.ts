import type { Token } from "../api/types.ts";

export type TokenState = "works" | "revoked" | "ended";

export const TONES = { works: "good", revoked: "bad", ended: "plain" } as const;

/** @param now milliseconds since 1970 */
export function stateOf({ revokeTime, expireTime }: Token, now: number): TokenState {
  if (revokeTime !== undefined) return "revoked";
  return expireTime !== undefined && Date.parse(expireTime) <= now ? "ended" : "works";
}
