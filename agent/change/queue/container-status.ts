import { KeyholdError } from "../../../common/errors.ts";
import { hasFailed, type RestartAttempt } from "../../inject/plan/attempt.ts";
import { parseRequest } from "../../watch/labels.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import type { WatchedContainer } from "../../watch/watched-container.ts";
import { type Health, healthOf } from "./health.ts";

/** Where a container stands in a change, for the control plane and for people. */
export interface ContainerStatus {
  /** Undefined: its host steps it together with the others that have none. */
  readonly rollout: InjectionRequest["rollout"];
  readonly due: boolean;
  /** Milliseconds since 1970: when its window opens, if that is waited for. */
  readonly waitingUntil: number | undefined;
  readonly health: Health | undefined;
  /** The last step that it has answered; empty if there is none. */
  readonly step: string;
  /** It keeps the others of its host from being restarted. */
  readonly halted: boolean;
  /** Empty if nothing is in the way. */
  readonly problem: string;
}

export interface StatusFacts {
  readonly container: WatchedContainer;
  readonly attempt: RestartAttempt | undefined;
  readonly due: boolean;
  readonly waitingUntil: number | undefined;
  /** The name of the container whose failure it has to wait for. */
  readonly haltedBy: string | undefined;
  /** What a person has to do, to follow the name of the container; empty: nothing. */
  readonly note: string;
  /** The containers that have lost their network by its last start: names. */
  readonly cutOff: readonly string[];
  readonly now: number;
  readonly healthyAfter: number;
}

/** Pure. */
export function statusOf(facts: StatusFacts): ContainerStatus {
  const { container, attempt, due, waitingUntil } = facts;
  const rollout = rolloutOf(container.labels);
  const failed = hasFailed(attempt);
  return {
    rollout,
    // What was begun is due until it is done, whoever began it.
    due: (due && container.paused !== true) || (attempt?.phase === "begun" && !failed),
    waitingUntil,
    health: failed ? "unhealthy" : healthNow(facts),
    step: attempt === undefined || !(failed || hasAnswered(attempt, container)) ? "" : attempt.step,
    halted: rollout === undefined && attempt?.failure !== undefined,
    problem: problemOf(facts),
  };
}

/** Whoever reads the answer takes what it says of the container for that of the new process. */
function hasAnswered(attempt: RestartAttempt, container: WatchedContainer): boolean {
  if (attempt.phase === "started") return isNewProcess(attempt, container);
  return attempt.phase !== "begun";
}

function isNewProcess(attempt: RestartAttempt, { running, startedAt = 0 }: WatchedContainer): boolean {
  return running && startedAt >= attempt.at;
}

function healthNow({ container, attempt, now, healthyAfter }: StatusFacts): Health | undefined {
  if (attempt?.phase === "started" && !isNewProcess(attempt, container)) return "starting";
  if (!container.running) return attempt?.phase === "begun" ? "starting" : undefined;
  return healthOf(container, now, healthyAfter);
}

function problemOf({ container, attempt, due, haltedBy, note, cutOff }: StatusFacts): string {
  const { name, paused } = container;
  if (attempt?.failure !== undefined && hasFailed(attempt)) {
    const happened = `container ${name} did not become healthy after its restart for new values: ${attempt.failure.what}`;
    return `${happened}; ${nextAfter(name)}`;
  }
  if (due && paused === true) {
    return `container ${name} is paused, and is restarted for its new values after docker unpause ${name}`;
  }
  if (note !== "") return `container ${name} ${note}`;
  if (cutOff.length > 0 && attempt?.phase === "healthy") {
    const names = cutOff.join(" ");
    return `the restart of ${name} has cut off containers that share its network: docker restart ${names}`;
  }
  if (haltedBy === undefined) return "";
  const happened = `container ${name} is not restarted for its new values, because ${haltedBy} did not become healthy`;
  return `${happened}; ${nextAfter(haltedBy)}`;
}

/** What a person does about a container that did not become healthy. */
export function nextAfter(name: string): string {
  return `look at docker logs ${name}, then write a good value or roll back`;
}

/** Labels with a mistake ask for nothing; the start says so. */
function rolloutOf(labels: WatchedContainer["labels"]): InjectionRequest["rollout"] {
  if (!("keyhold.rollout" in labels)) return undefined;
  try {
    return parseRequest(labels)?.rollout;
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}
