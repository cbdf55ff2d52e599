import { KeyholdError } from "../../../common/errors.ts";
import type { WatchedContainer } from "../../watch/container-watcher.ts";
import { parseRequest } from "../../watch/labels.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { type Health, healthOf } from "./health.ts";
import { hasFailed, type Turn } from "./turn.ts";

/** Where a container stands in a change, for the control plane and for people. */
export interface Standing {
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

export interface Facts {
  readonly container: WatchedContainer;
  readonly turn: Turn | undefined;
  readonly due: boolean;
  readonly waitingUntil: number | undefined;
  /** The name of the container whose failure it has to wait for. */
  readonly haltedBy: string | undefined;
  readonly now: number;
  readonly healthyAfter: number;
}

/** Pure. */
export function standingOf(facts: Facts): Standing {
  const { container, turn, due, waitingUntil } = facts;
  const rollout = rolloutOf(container.labels);
  const failed = hasFailed(turn);
  return {
    rollout,
    // What was begun is due until it is done, whoever began it.
    due: (due && container.paused !== true) || (turn?.phase === "begun" && !failed),
    waitingUntil,
    health: failed ? "unhealthy" : healthNow(facts),
    step: turn === undefined || !(failed || hasAnswered(turn, container)) ? "" : turn.step,
    halted: rollout === undefined && turn?.failure !== undefined,
    problem: problemOf(facts),
  };
}

/** Whoever reads the answer takes what it says of the container for that of the new process. */
function hasAnswered(turn: Turn, container: WatchedContainer): boolean {
  if (turn.phase === "started") return isNewProcess(turn, container);
  return turn.phase !== "begun";
}

function isNewProcess(turn: Turn, { running, startedAt = 0 }: WatchedContainer): boolean {
  return running && startedAt >= turn.at;
}

function healthNow({ container, turn, now, healthyAfter }: Facts): Health | undefined {
  if (turn?.phase === "started" && !isNewProcess(turn, container)) return "starting";
  if (!container.running) return turn?.phase === "begun" ? "starting" : undefined;
  return healthOf(container, now, healthyAfter);
}

function problemOf({ container: { name, paused }, turn, due, haltedBy }: Facts): string {
  if (turn?.failure !== undefined && hasFailed(turn)) {
    const happened = `container ${name} did not become healthy after its restart for new values: ${turn.failure.what}`;
    return `${happened}; ${nextAfter(name)}`;
  }
  if (due && paused === true) {
    return `container ${name} is paused, and is restarted for its new values after docker unpause ${name}`;
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
