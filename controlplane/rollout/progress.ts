import type { Receipt } from "../directory/records.ts";
import { standingOf } from "../resolve/standing.ts";
import { isUp, placeOf } from "./groups.ts";
import { hindranceOf, NO_PROBLEM, type Problem } from "./hindrance.ts";
import { keyOf } from "./member.ts";
import type { ContainerName, RolloutProgress, RolloutRecord, StepRecord } from "./records/rollout-records.ts";
import { isSameProgress } from "./records/rollout-rows.ts";
import { haltedBy, hostFailureOf } from "./sentences.ts";
import type { Surroundings, Watched } from "./surroundings.ts";

/** A container that has to get a version, and how far it is. */
interface Affected {
  readonly receipt: Receipt;
  /** Undefined where none was given or is open. */
  readonly step: StepRecord | undefined;
  readonly state: "done" | "pending" | "waiting";
  /** Nothing can come of its restart any more. */
  readonly settled: boolean;
  /** It was not known to be behind when the rollout began. */
  readonly isNew: boolean;
  /** It is healthy with it, or was. */
  readonly isWell: boolean;
}

/** How far each rollout has come, as far as that is news. Pure. */
export function progressIn(
  surroundings: Surroundings,
): readonly { readonly rollout: RolloutRecord; readonly found: RolloutProgress }[] {
  const { receipts } = surroundings;
  const steps = new Map(surroundings.steps.map((step) => [keyOf(step), step]));
  return surroundings.watched
    .map((watched) => ({
      rollout: watched.rollout,
      found: progressOf(watched, affectedBy(watched, receipts, steps), surroundings),
    }))
    .filter(({ rollout, found }) => !isSameProgress(rollout, found));
}

function progressOf(
  watched: Watched,
  affected: readonly Affected[],
  surroundings: Surroundings,
): RolloutProgress {
  const { rollout } = watched;
  const total = affected.length;
  const pending = affected.filter(({ state }) => state !== "done");
  const counted = { total, done: total - pending.length, containers: containersAfter(rollout, affected) };
  const failure = failureIn(watched, affected);
  if (failure !== undefined) {
    const isKnown = rollout.writeBack === "refused" && rollout.state === "HALTED";
    const known = { problem: rollout.problem, problemTarget: rollout.problemTarget };
    return { ...counted, state: "HALTED", ...(isKnown ? known : failure) };
  }
  if (pending.length === 0 && affected.every(({ settled }) => settled))
    return { ...counted, state: "DONE", ...NO_PROBLEM };
  const isWaiting = pending.length > 0 && pending.every(({ state }) => state === "waiting");
  if (isWaiting) return { ...counted, state: "WAITING", ...NO_PROBLEM };
  const open = affected.filter(({ state, step }) => state !== "done" || step !== undefined);
  const hindrance = hindranceOf(
    open.map(({ receipt }) => receipt),
    surroundings,
  );
  return { ...counted, state: "RUNNING", ...hindrance };
}

function containersAfter(
  { containers }: RolloutRecord,
  affected: readonly Affected[],
): RolloutRecord["containers"] {
  const late = affected
    .filter(({ isNew }) => isNew)
    .map(({ receipt }) => ({ ...nameOf(receipt), well: false }));
  const settled = new Set(affected.filter((each) => each.isWell).map(({ receipt }) => placeOf(receipt)));
  return [...containers, ...late].map((each) => ({ ...each, well: each.well || settled.has(keyOf(each)) }));
}

/**
 * Those that had to get it when it was written, and whoever has turned out to be behind since: it was starting just then. Containers
 * that are gone or stopped get what is theirs at their next start, and so do those that nothing reaches any more.
 */
function affectedBy(
  watched: Watched,
  receipts: readonly Receipt[],
  steps: ReadonlyMap<string, StepRecord>,
): readonly Affected[] {
  const known = new Map(watched.rollout.containers.map((each) => [keyOf(each), each.well]));
  return receipts.flatMap((receipt) => {
    const key = placeOf(receipt);
    const step = steps.get(key);
    const isNew = !known.has(key);
    if (!isLive(receipt, step) || (isNew && !watched.winners.has(receipt.container.target))) return [];
    const state = stateOf(watched, receipt, step);
    if (state === undefined || (isNew && state === "done")) return [];
    const settled = state === "done" && step === undefined && receipt.container.health !== "STARTING";
    const isWell = known.get(key) === true || (settled && receipt.container.health === "HEALTHY");
    return { receipt, step, state, settled, isNew, isWell };
  });
}

/** Undefined where it is not waited for. */
function stateOf(
  { name, record, winners }: Watched,
  receipt: Receipt,
  step: StepRecord | undefined,
): Affected["state"] | undefined {
  // One that stops in order to start is as good as one that runs.
  const container = { ...receipt.container, state: "RUNNING" as const };
  const target = winners.get(container.target);
  const { state, concerned } = standingOf({ connected: true, container }, target, { name, record });
  if (state === "CURRENT" || state === "HALTED") return "done";
  if (!concerned || (state === "NEXT_START" && step === undefined)) return undefined;
  return state === "WAITING" ? "waiting" : "pending";
}

function isLive({ container }: Receipt, step: StepRecord | undefined): boolean {
  return isUp(container) || step !== undefined || container.halted;
}

/**
 * Of a container whose restart brought this version, or was to, and did not end healthy. Only one whose target gets the secret can
 * halt its rollout, whatever else its node says that it has.
 */
function failureIn(watched: Watched, affected: readonly Affected[]): Problem | undefined {
  const { rollout } = watched;
  for (const { receipt, step, state, isWell } of affected) {
    const { container } = receipt;
    if (!isReached(watched, container.target)) continue;
    const of = (failure: string) => ({
      problem: haltedBy(failure, rollout),
      problemTarget: container.target,
    });
    if (step?.failed === true && isFor(rollout, step, state) && !hadIt(rollout, step))
      return of(step.problem);
    // It may be halted still for an older one, and be tried with this now.
    const isOfHost = container.halted && container.health === "UNHEALTHY" && state === "done";
    if (isOfHost && !isWell) return of(hostFailureOf(receipt));
  }
  return undefined;
}

/**
 * A step fails for the versions that were written before it was given, and for later ones that its container was restarted with all
 * the same. A version that was written after the failure, to mend it, waits for a step of its own.
 */
function isFor({ revision }: RolloutRecord, step: StepRecord, state: Affected["state"]): boolean {
  return revision <= step.revision || state === "done";
}

/** Whether the target gets the version; of a deletion, whether it is one of those that could have the secret. */
function isReached({ rollout, name, winners }: Watched, target: string): boolean {
  const won = winners.get(target);
  return rollout.version === 0 ? won !== undefined : (won ?? []).some((secret) => secret.name === name.name);
}

/** What it had before its step is not what made it fail. */
function hadIt({ secret, version }: RolloutRecord, { had }: StepRecord): boolean {
  const before = had.find((each) => each.startsWith(`${secret} `));
  return version === 0 ? before === undefined : before === `${secret} ${version}`;
}

function nameOf({ node, container }: Receipt): ContainerName {
  return { node, container: container.containerId };
}
