import { hasFailed, isUnderWay, type RestartAttempt } from "../../inject/plan/attempt.ts";

/** A labeled container of this host, as far as restarts are concerned. */
export interface Candidate {
  readonly container: string;
  /** Whether it is of a group, whose steps the control plane gives. */
  readonly grouped: boolean;
  readonly running: boolean;
  /** A restart is due: values differ, it is quiet, and its window is open. */
  readonly due: boolean;
  /** Since when it is wanted to have what it is wanted to have. */
  readonly revision: number;
  /** This agent is restarting it. */
  readonly acting: boolean;
  /** Of a group: it was given a step. */
  readonly granted: boolean;
  readonly attempt: RestartAttempt | undefined;
  /** When it was last restarted, of any clock; 0: not lately. */
  readonly restartedAt: number;
}

/** Of the host's containers without a group, how many may be unavailable at the same time. */
const SHARE = 0.25;

/**
 * Which containers are restarted now. A container of a group with its step; of the others as many as there is room for, in the
 * order of their last restarts. One that is down for its own restart takes no room of those that are up, so it does not wait, and goes first. Pure.
 */
export function selectRestarts(members: readonly Candidate[]): readonly string[] {
  const chosen = members.filter((each) => each.grouped && isReady(each) && each.granted);
  const others = members.filter((each) => !each.grouped);
  const places = others.filter((each) => each.running || isRestarting(each)).length;
  let room = Math.max(1, Math.floor(places * SHARE)) - others.filter(isRestarting).length;
  const halting = haltingOf(others);
  const ready = others
    .filter((each) => isReady(each) && !haltedBy(each, halting))
    .sort((a, b) => a.restartedAt - b.restartedAt);
  for (const each of [...ready.filter(isDown), ...ready.filter((one) => !isDown(one))]) {
    if (!isDown(each) && room <= 0) continue;
    if (!isRestarting(each)) room -= 1;
    chosen.push(each);
  }
  return chosen.map((each) => each.container);
}

/** Those without a group that did not become healthy: nearly always nobody. */
export function haltingOf(members: readonly Candidate[]): readonly Candidate[] {
  return members.filter(({ grouped, attempt }) => !grouped && attempt?.failure !== undefined);
}

/** The one of them that keeps this container from being restarted for the same values or older ones. */
export function haltedBy(member: Candidate, halting: readonly Candidate[]): Candidate | undefined {
  if (member.grouped) return undefined;
  return halting.find(
    ({ container, attempt }) =>
      container !== member.container && (attempt?.failure?.revision ?? -1) >= member.revision,
  );
}

function isReady({ due, acting }: Candidate): boolean {
  return due && !acting;
}

/** For a restart of ours. */
function isDown(member: Candidate): boolean {
  return isRestarting(member) || hasFailed(member.attempt);
}

function isRestarting({ acting, attempt }: Candidate): boolean {
  return isUnderWay(attempt) || (acting && !hasFailed(attempt));
}
