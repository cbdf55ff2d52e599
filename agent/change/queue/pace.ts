/**
 * How often one container was restarted lately. Values may change faster than a container restarts; then its restarts get rarer, so
 * that the container works in between and the others get their turn. Times are milliseconds of one clock that never goes back.
 */
export interface Pace {
  /** Restarts since the last quiet period. */
  readonly restarts: number;
  /** Restarts in a row of which none is known to have ended healthy or not. */
  readonly unsettled: number;
  readonly lastAt: number;
  /** When it was last restarted, or due. */
  readonly activeAt: number;
}

/** All in milliseconds. */
export interface PaceTimes {
  /** From the first restart to the second; doubles with each further one … */
  readonly firstPause: number;
  /** … up to this. */
  readonly longestPause: number;
  /** After so long without a change the next restart is the first one again. */
  readonly quiet: number;
}

export const PACE_TIMES: PaceTimes = { firstPause: 1_000, longestPause: 60_000, quiet: 120_000 };

/**
 * A container whose restart is under way is restarted again for newer values: the last ones may be the reason why it does not become
 * healthy. After so many in a row it is given the time to become healthy, else it would never work while values go on changing.
 */
const UNSETTLED_MAX = 3;

/** A restart is due. Undefined: as if the container had never been restarted. Pure. */
export function afterDue(pace: Pace | undefined, now: number, { quiet }: PaceTimes): Pace | undefined {
  if (pace === undefined || now - pace.activeAt >= quiet) return undefined;
  return { ...pace, activeAt: now };
}

/** @param isUnderWay whether it is still unknown how the restart before ended. Pure. */
export function afterRestart(pace: Pace | undefined, now: number, isUnderWay: boolean): Pace {
  const { restarts = 0, unsettled = 0 } = pace ?? {};
  return { restarts: restarts + 1, unsettled: isUnderWay ? unsettled + 1 : 1, lastAt: now, activeAt: now };
}

/** The moment from which the container may be restarted; infinity: not before it is known how its last restart ended. Pure. */
export function mayRestartAt(
  pace: Pace | undefined,
  isUnderWay: boolean,
  { firstPause, longestPause }: PaceTimes,
): number {
  if (pace === undefined) return 0;
  if (isUnderWay && pace.unsettled >= UNSETTLED_MAX) return Number.POSITIVE_INFINITY;
  return pace.lastAt + Math.min(longestPause, firstPause * 2 ** (pace.restarts - 1));
}
