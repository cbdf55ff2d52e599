import type { Node } from "../api/types.ts";

/** What wants doing about a node: what is the matter, and what to do. */
export interface Warning {
  readonly node: string;
  readonly problem: string;
  readonly advice: string;
}

export type NodeState = "connected" | "away" | "revoked";

/** Restarts of an agent take less. Milliseconds. */
const AWAY = 60_000;
/** A certificate lives 24 hours and renews at half of that: less than this is left only when renewing fails. */
const RENEWS_LATE = 6 * 3_600_000;

export function stateOf({ connected, revokeTime }: Node): NodeState {
  if (revokeTime !== undefined) return "revoked";
  return connected === true ? "connected" : "away";
}

/** Pure, so that each warning can be tried. @param now milliseconds since 1970 */
export function warningsOf(nodes: readonly Node[], now: number): readonly Warning[] {
  const newest = nodes
    .filter((node) => stateOf(node) !== "revoked")
    .map(({ agentVersion = "" }) => agentVersion)
    .sort(byVersion)
    .at(-1);
  return nodes.flatMap((node) => (stateOf(node) === "revoked" ? [] : problemsOf(node, newest ?? "", now)));
}

function problemsOf(node: Node, newest: string, now: number): readonly Warning[] {
  const { name = "", agentVersion = "", certificateExpireTime = "" } = node;
  const found: Warning[] = [];
  const left = Date.parse(certificateExpireTime) - now;
  if (isAway(node, now)) {
    found.push({
      node: name,
      problem: "is not connected: its containers go on with what they have, and changes wait",
      advice: "on the host run: systemctl status keyhold-agent, then keyhold doctor",
    });
  }
  if (left <= 0) {
    found.push({
      node: name,
      problem: "has a certificate that has ended",
      advice: "start its agent: it enrols again by itself with the key that it holds",
    });
  } else if (left < RENEWS_LATE) {
    found.push({
      node: name,
      problem: "has not renewed its certificate, which ends soon",
      advice: "look at its agent’s log, and at the clock of the host",
    });
  }
  if (agentVersion !== "" && byVersion(agentVersion, newest) < 0) {
    found.push({
      node: name,
      problem: `runs agent ${agentVersion}, others run ${newest}`,
      advice: `upgrade it: install ${newest} on the host, then restart keyhold-agent; containers are not touched`,
    });
  }
  return found;
}

function isAway(node: Node, now: number): boolean {
  if (stateOf(node) !== "away") return false;
  const last = Date.parse(node.lastContactTime ?? "");
  return Number.isNaN(last) || now - last > AWAY;
}

/** `0.10.0` is newer than `0.9.1`. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
