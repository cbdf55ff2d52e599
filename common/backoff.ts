import { setTimeout as wait } from "node:timers/promises";

/** How long to wait before trying again. All times in milliseconds. */
export interface BackoffPolicy {
  readonly initial: number;
  readonly maximum: number;
  /** Each wait is this many times the one before. */
  readonly factor: number;
  /** Share of the wait that is random, 0 to 1: spreads a fleet that lost the same server at the same moment. */
  readonly jitter: number;
}

export const RECONNECT: BackoffPolicy = { initial: 100, maximum: 15_000, factor: 2, jitter: 0.5 };

/**
 * The wait before attempt number `attempt` (0 = the first retry).
 * @param random a number in [0, 1)
 * @returns milliseconds, between `(1 - jitter)` and 1 times the exponential value
 */
export function backoffDelay(policy: BackoffPolicy, attempt: number, random: number): number {
  const exponential = Math.min(policy.maximum, policy.initial * policy.factor ** attempt);
  return Math.round(exponential * (1 - policy.jitter * random));
}

/** Sleeps, or returns early (without an error) when the signal is aborted. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? undefined : { signal });
  } catch (thrown) {
    if (signal?.aborted !== true) throw thrown;
  }
}
