import { hasFailed, type RestartAttempt } from "../../inject/plan/attempt.ts";
import type { ContainerRecord } from "../../inject/plan/types.ts";
import type { HealthResult } from "./health.ts";

/* How the restart attempt of a container goes on. Pure; what is returned goes into its record. */

type Known = Pick<ContainerRecord, "attempt" | "wanted">;

/** Right before the engine is asked. Until it is healthy, an earlier failure stands: nobody follows it. */
export function begun({ attempt, wanted }: Known, step: string, now: number): RestartAttempt {
  const failure = attempt?.failure === undefined ? {} : { failure: attempt.failure };
  return { phase: "begun", step, revision: wanted.revision, at: now, ...failure };
}

/** It was not restarted under this step, as nothing is due. */
export function answered({ attempt, wanted }: Known, step: string, now: number): RestartAttempt {
  if (attempt?.step === step && attempt.phase !== "begun") return attempt;
  if (attempt === undefined) return { phase: "skipped", step, revision: wanted.revision, at: now };
  return { ...(attempt.phase === "begun" ? given(attempt, now) : attempt), step };
}

/** What was begun is not to be done any more. */
export function skipped({ attempt }: Known, now: number): RestartAttempt | undefined {
  return attempt?.phase === "begun" ? given(attempt, now) : attempt;
}

/** Given up before the engine was asked: an earlier failure is still what is known of the container. */
function given(attempt: RestartAttempt, now: number): RestartAttempt {
  return { ...attempt, phase: "skipped", revision: attempt.failure?.revision ?? attempt.revision, at: now };
}

/** The engine could not do it. It is tried again. */
export function unable({ attempt }: Known, what: string): RestartAttempt | undefined {
  if (attempt?.phase !== "begun" || attempt.failure?.what === what) return attempt;
  return { ...attempt, failure: { revision: attempt.revision, what } };
}

/** It ended by itself after its restart, and there are other values by now: it is owed another start. */
export function revived({ attempt }: Known, now: number): RestartAttempt | undefined {
  return attempt !== undefined && attempt.phase !== "begun" && hasFailed(attempt)
    ? { ...attempt, phase: "begun", at: now }
    : attempt;
}

export function judged(attempt: RestartAttempt, finding: HealthResult, now: number): RestartAttempt {
  // Only that it is healthy after all is news of one that was not restarted since it failed.
  if (attempt.phase !== "started" && finding.kind !== "healthy") return attempt;
  switch (finding.kind) {
    case "waiting":
      return attempt;
    case "healthy":
      return { phase: "healthy", step: attempt.step, revision: attempt.revision, at: now };
    case "failed":
      return hasFailed(attempt)
        ? attempt
        : { ...attempt, failure: { revision: attempt.revision, what: finding.what } };
    // Somebody stopped it, perhaps because it had failed.
    case "left":
      return hasFailed(attempt) ? attempt : { ...attempt, phase: "skipped", at: now };
  }
}
