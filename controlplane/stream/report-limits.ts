import { KeyholdError } from "../../common/errors.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Report__Output } from "../../proto/gen/keyhold/v1/Report.ts";

/** As the engine has them, in characters. What is longer was not said by our agent. */
export const REPORT_LIMITS = {
  containerId: 64,
  containerName: 255,
  target: 255,
  rolloutGroup: 255,
  step: 64,
  problem: 1024,
  /** Names of containers that share the network of one. */
  dependents: 50,
  /** Secrets delivered to one container. */
  delivered: 2000,
  /** Of all that is said about one container, and about all containers of one node. Characters of text. */
  container: 1024 * 1024,
  node: 16 * 1024 * 1024,
  /** Containers of one node: a host runs far fewer. */
  containers: 10_000,
};

/** Characters. */
const MAX_AGENT_VERSION = 64;
const MAX_TARGET_NAME = REPORT_LIMITS.target;

const TEXTS = ["containerId", "containerName", "target", "rolloutGroup", "step", "problem"] as const;

/** Without the containers that are over a limit. They are neither stored nor shown. */
export function withinLimits(report: Report__Output): {
  readonly report: Report__Output;
  readonly dropped: number;
} {
  const containers = report.containers.filter(isWithinLimits);
  const dropped = report.containers.length - containers.length;
  return { report: dropped === 0 ? report : { ...report, containers }, dropped };
}

function isWithinLimits(container: ContainerReport__Output): boolean {
  return (
    TEXTS.every((field) => container[field].length <= REPORT_LIMITS[field]) &&
    container.delivered.length <= REPORT_LIMITS.delivered &&
    container.dependents.length <= REPORT_LIMITS.dependents &&
    container.dependents.every((name) => name.length <= REPORT_LIMITS.containerName) &&
    textIn(container) <= REPORT_LIMITS.container
  );
}

/** Characters of all texts in a message, and a few for everything else. */
export function textIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textIn(each), 8);
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((sum, each) => sum + textIn(each), 8);
}

/** @throws KeyholdError `exhausted` naming limit and size */
export function requireHelloFits(agentVersion: string): void {
  if (agentVersion.length > MAX_AGENT_VERSION)
    throw tooLong("the agent's version", agentVersion.length, MAX_AGENT_VERSION);
}

/** @throws KeyholdError `exhausted` naming limit and size */
export function requireTargetsFit(targets: readonly string[]): void {
  const longest = targets.reduce((length, target) => Math.max(length, target.length), 0);
  if (longest > MAX_TARGET_NAME) throw tooLong("the name of a target", longest, MAX_TARGET_NAME);
}

function tooLong(what: string, size: number, limit: number): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `${what} has ${size} characters, the limit is ${limit}`,
    next: "check that agent and control plane are of the same release",
  });
}
