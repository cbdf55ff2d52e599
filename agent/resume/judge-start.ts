import type { LastStart } from "../engine/container-engine.ts";
import { hasMarker } from "../runtime/start-markers.ts";

/**
 * Whether a container is down only because its restart policy started it while nobody could say what to give it: the engine does
 * not try again. Pure.
 *
 * Who wanted the start is told by what the engine keeps. `docker run` leaves a container that was refused `created`. Restarts by
 * policy are counted, and a `docker start` or `docker restart` sets the count to 0; but so does the engine's own start at boot. What
 * the agent refuses while the engine is booting ends in a promise, therefore. What the helper refuses without an agent counts as the
 * engine's own: whoever runs `docker start` on a container with a restart policy wants it up, and the engine would start it at its
 * next boot as well.
 */
export function isOwedStart({ status, error, restarts, exitCode, policy }: LastStart): boolean {
  if (status !== "exited" || policy === "no") return false;
  if (policy === "on-failure" && exitCode === 0) return false;
  if (hasMarker(error, "owed") || hasMarker(error, "noAgent")) return true;
  return restarts > 0 && hasMarker(error, "noAnswer");
}
