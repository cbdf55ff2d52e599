/**
 * The last restart for newer values that the agent itself brought about, and how it went. Kept in the container's record, so that
 * the next agent goes on where this one was killed.
 *
 * `begun`: the engine is about to be asked, or was asked: its old process may be running still. `started`: its new process was
 * given its values; whether it is healthy is not known yet. `healthy`: it was. `skipped`: it was not restarted after all, as it was
 * due no longer; or somebody stopped it before it was healthy.
 */
export interface RestartAttempt {
  readonly phase: "begun" | "started" | "healthy" | "skipped";
  /** The Step of the control plane that it answers; empty for a container without a group. */
  readonly step: string;
  /** Of the values it was for. */
  readonly revision: number;
  /** When it came to this phase: milliseconds since 1970. */
  readonly at: number;
  /** This attempt or an earlier one did not end healthy, and the container has not been healthy since. */
  readonly failure?: Failure;
}

interface Failure {
  /** Of the values it was restarted for. */
  readonly revision: number;
  /** What happened, to follow "it did not become healthy: ". */
  readonly what: string;
}

/** What a container has to be given: since which revision it is this, whatever else has changed. */
export interface Wanted {
  readonly revision: number;
  /** Equal for equal variables and files, and only for those. Says nothing about the values. */
  readonly digest: string;
}

/** After the container's new process was given its values; a restart by somebody else leaves everything as it was. */
export function attemptAtStart(
  before: RestartAttempt | undefined,
  wanted: Wanted,
  now: number,
): RestartAttempt | undefined {
  if (before?.phase !== "begun") return before;
  return { ...before, phase: "started", revision: wanted.revision, at: now };
}

/** It is known not to have ended healthy. With an older failure it is being tried again. */
export function hasFailed(attempt: RestartAttempt | undefined): boolean {
  return attempt?.failure !== undefined && attempt.failure.revision >= attempt.revision;
}

/** The engine is restarting it, or how it does is not known yet. */
export function isUnderWay(attempt: RestartAttempt | undefined): boolean {
  return (attempt?.phase === "begun" || attempt?.phase === "started") && !hasFailed(attempt);
}
