import type { ContainerRecord } from "../../inject/plan/types.ts";
import type { Finding } from "./health.ts";
import { hasFailed, type Turn } from "./turn.ts";

/* How the turn of a container goes on. Pure; what is returned goes into its record. */

type Known = Pick<ContainerRecord, "turn" | "wanted">;

/** Right before the engine is asked. Until it is healthy, an earlier failure stands: nobody follows it. */
export function begun({ turn, wanted }: Known, step: string, now: number): Turn {
  const failure = turn?.failure === undefined ? {} : { failure: turn.failure };
  return { phase: "begun", step, revision: wanted.revision, at: now, ...failure };
}

/** It was not restarted under this step, as nothing is due. */
export function answered({ turn, wanted }: Known, step: string, now: number): Turn {
  if (turn?.step === step && turn.phase !== "begun") return turn;
  if (turn === undefined) return { phase: "skipped", step, revision: wanted.revision, at: now };
  return { ...(turn.phase === "begun" ? given(turn, now) : turn), step };
}

/** What was begun is not to be done any more. */
export function skipped({ turn }: Known, now: number): Turn | undefined {
  return turn?.phase === "begun" ? given(turn, now) : turn;
}

/** Given up before the engine was asked: an earlier failure is still what is known of the container. */
function given(turn: Turn, now: number): Turn {
  return { ...turn, phase: "skipped", revision: turn.failure?.revision ?? turn.revision, at: now };
}

/** The engine could not do it. It is tried again. */
export function unable({ turn }: Known, what: string): Turn | undefined {
  if (turn?.phase !== "begun" || turn.failure?.what === what) return turn;
  return { ...turn, failure: { revision: turn.revision, what } };
}

/** It ended by itself after its restart, and there are other values by now: it is owed another start. */
export function revived({ turn }: Known, now: number): Turn | undefined {
  return turn !== undefined && turn.phase !== "begun" && hasFailed(turn)
    ? { ...turn, phase: "begun", at: now }
    : turn;
}

export function judged(turn: Turn, finding: Finding, now: number): Turn {
  // Only that it is healthy after all is news of one that was not restarted since it failed.
  if (turn.phase !== "started" && finding.kind !== "healthy") return turn;
  switch (finding.kind) {
    case "waiting":
      return turn;
    case "healthy":
      return { phase: "healthy", step: turn.step, revision: turn.revision, at: now };
    case "failed":
      return hasFailed(turn) ? turn : { ...turn, failure: { revision: turn.revision, what: finding.what } };
    // Somebody stopped it, perhaps because it had failed.
    case "left":
      return hasFailed(turn) ? turn : { ...turn, phase: "skipped", at: now };
  }
}
