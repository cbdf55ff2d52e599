import type { RestartAttempt } from "../../inject/plan/attempt.ts";
import type { WatchedContainer } from "../../watch/watched-container.ts";

/** Of a container that runs. */
export type Health = "starting" | "healthy" | "unhealthy";

/** Milliseconds for which a container without a HEALTHCHECK has to run. */
export const HEALTHY_AFTER_MS = 5_000;

/** Milliseconds. A container that was given its values is started by the engine long before, or not at all. */
export const STARTED_WITHIN_MS = 10_000;

/** What is found of a container that was restarted. `left`: somebody has stopped it, which says nothing about it. */
export type HealthResult =
  | { readonly kind: "waiting" | "healthy" | "left" }
  | { readonly kind: "failed"; readonly what: string };

/** How a container does. Pure. */
export function healthOf(
  { check, startedAt = 0 }: Pick<WatchedContainer, "check" | "startedAt">,
  now: number,
  healthyAfter: number,
): Health {
  if (check === "healthy" || check === "unhealthy") return check;
  return check === "none" && now >= startedAt + healthyAfter ? "healthy" : "starting";
}

/** When that may change by itself. */
export function healthChangesAt(
  { running, check, startedAt = 0 }: WatchedContainer,
  healthyAfter: number,
): number | undefined {
  return running && check === "none" ? startedAt + healthyAfter : undefined;
}

/**
 * How the restart went of which `attempt` says that it has started (what is older than that is of the process before), or how a
 * container does that failed and was left. Pure.
 * @param container undefined: the engine has not told of it
 */
export function judgeRestart(
  attempt: RestartAttempt,
  container: WatchedContainer | undefined,
  now: number,
  healthyAfter: number,
): HealthResult {
  if (container === undefined) return { kind: "waiting" };
  const { running, startedAt = 0, exit } = container;
  if (running) {
    const isOld = attempt.phase === "started" && startedAt < attempt.at;
    const health = isOld ? "starting" : healthOf(container, now, healthyAfter);
    if (health === "unhealthy") return { kind: "failed", what: "its HEALTHCHECK fails" };
    return { kind: health === "healthy" ? "healthy" : "waiting" };
  }
  if (exit !== undefined && exit.at >= attempt.at) {
    return exit.asked ? { kind: "left" } : { kind: "failed", what: ended(exit.code) };
  }
  if (now < attempt.at + STARTED_WITHIN_MS) return { kind: "waiting" };
  return { kind: "failed", what: "it does not run" };
}

function ended(code: number | undefined): string {
  return code === undefined ? "it ended by itself" : `it ended by itself with exit code ${code}`;
}
