import type { Lease, Member } from "./member.ts";

/**
 * What becomes of a step that was given.
 * - `open`: nothing is known of it yet; given again on each new stream.
 * - `failed`: the container was restarted and did not become healthy, or could not be restarted.
 * - `again`: it was restarted and is not healthy, and something newer is due for it: it gets another step, in the same place.
 * - `ended`: the place is free.
 */
export type Verdict = "open" | "failed" | "again" | "ended";

/**
 * As long as its node has not answered, the step may still be on its way, or its container be stopping: only the answer tells.
 * A node answers every step, also where there was nothing to do.
 * @param member undefined: the container is gone, or its node is
 */
export function judge(lease: Lease, member: Member | undefined): Verdict {
  if (member === undefined) return "ended";
  if (member.step !== lease.id) return settled(lease);
  // One that is healthy makes room: values that change faster than it restarts must not keep the others from their turn.
  if (member.newer && member.due && !member.waiting) return member.health === "healthy" ? "ended" : "again";
  if (member.health === "unhealthy") return "failed";
  if (!member.running) return judgeStopped(lease, member);
  // It could not be restarted, and runs with what it had.
  if (member.due && member.problem !== "") return "failed";
  return member.health === "healthy" ? "ended" : settled(lease);
}

function judgeStopped(lease: Lease, member: Member): Verdict {
  // Somebody stopped it. A failed one that is stopped, to be looked at, is no reason to go on with the others.
  return lease.failed || member.problem !== "" ? "failed" : "ended";
}

function settled(lease: Lease): Verdict {
  return lease.failed ? "failed" : "open";
}
