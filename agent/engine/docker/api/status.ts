import type { Check, ListedContainer } from "../../container-engine.ts";

/**
 * What the engine says of a container in its list: `Up 3 seconds (health: starting)`. A list says it only in such words, and the
 * one other way to learn it is inspecting, which waits for a start that is under way.
 */
export function readStatus(status: string): Pick<ListedContainer, "check" | "upFor"> {
  const up = /^Up (.+?)(?: \((.+)\))?$/.exec(status);
  if (up === null) return {};
  const [, duration = "", said] = up;
  return { check: readCheck(said), upFor: readDuration(duration) };
}

/** As its list and its events say it. */
export function readCheck(said: string | undefined): Check {
  if (said === "healthy" || said === "unhealthy") return said;
  // A paused container is not checked, and its list says that in place of what the last check said.
  return said === "health: starting" || said === "starting" ? "starting" : "none";
}

/** Whatever is not said in seconds is a minute at least. */
function readDuration(text: string): number {
  if (text === "Less than a second") return 0;
  const seconds = /^(\d+) seconds?$/.exec(text)?.[1];
  return seconds === undefined ? 60_000 : Number(seconds) * 1_000;
}
