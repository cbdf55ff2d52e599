import { standingOf } from "../resolve/standing.ts";
import type { Receipt, RolloutProgress, RolloutRecord, StepRecord } from "../store/types.ts";
import { isUp, placeOf } from "./groups.ts";
import { keyOf } from "./member.ts";
import { away, haltedBy, hostFailureOf, stuck } from "./sentences.ts";
import type { Surroundings, Watched } from "./surroundings.ts";

/** A container that has to get a version, and how far it is. */
interface Affected {
  readonly receipt: Receipt;
  /** Undefined where none was given or is open. */
  readonly step: StepRecord | undefined;
  readonly state: "done" | "pending" | "waiting";
  /** Nothing can come of its restart any more. */
  readonly settled: boolean;
}

type Problem = Pick<RolloutProgress, "problem" | "problemTarget">;
const NO_PROBLEM: Problem = { problem: "", problemTarget: "" };

/** How far each rollout has come, as far as that is news. Pure. */
export function progressIn(
  surroundings: Surroundings,
): readonly { readonly rollout: RolloutRecord; readonly found: RolloutProgress }[] {
  const receipts = new Map(surroundings.receipts.map((receipt) => [placeOf(receipt), receipt]));
  const steps = new Map(surroundings.steps.map((step) => [keyOf(step), step]));
  return surroundings.watched
    .map((watched) => ({
      rollout: watched.rollout,
      found: progressOf(watched, affectedBy(watched, receipts, steps), surroundings.connected),
    }))
    .filter(({ rollout, found }) => isNews(rollout, found));
}

function progressOf(
  { rollout }: Watched,
  affected: readonly Affected[],
  connected: ReadonlySet<string>,
): RolloutProgress {
  const total = affected.length;
  const pending = affected.filter(({ state }) => state !== "done");
  const counted = { total, done: total - pending.length };
  const failure = failureIn(rollout, affected);
  if (failure !== undefined) {
    const isKnown = rollout.writeBack === "refused" && rollout.state === "HALTED";
    const known = { problem: rollout.problem, problemTarget: rollout.problemTarget };
    return { ...counted, state: "HALTED", ...(isKnown ? known : failure) };
  }
  if (pending.length === 0 && affected.every(({ settled }) => settled))
    return { ...counted, state: "DONE", ...NO_PROBLEM };
  const isWaiting = pending.length > 0 && pending.every(({ state }) => state === "waiting");
  if (isWaiting) return { ...counted, state: "WAITING", ...NO_PROBLEM };
  return { ...counted, state: "RUNNING", ...hindranceIn(pending, connected) };
}

/** Containers that are gone or stopped get what is theirs at their next start, and so do those that nothing reaches any more. */
function affectedBy(
  { rollout, name, record, winners }: Watched,
  receipts: ReadonlyMap<string, Receipt>,
  steps: ReadonlyMap<string, StepRecord>,
): readonly Affected[] {
  return rollout.containers.flatMap((place) => {
    const receipt = receipts.get(keyOf(place));
    const step = steps.get(keyOf(place));
    if (receipt === undefined) return [];
    if (!isLive(receipt, step)) return [];
    // One that stops in order to start is as good as one that runs.
    const container = { ...receipt.container, state: "RUNNING" as const };
    const { state } = standingOf({ connected: true, container }, winners.get(container.target), {
      name,
      record,
    });
    if (state === "NEXT_START" && step === undefined) return [];
    const settled = step === undefined && container.health !== "STARTING";
    if (state === "CURRENT" || state === "HALTED") return { receipt, step, settled, state: "done" as const };
    return {
      receipt,
      step,
      settled: false,
      state: state === "WAITING" ? ("waiting" as const) : ("pending" as const),
    };
  });
}

function isLive({ container }: Receipt, step: StepRecord | undefined): boolean {
  return isUp(container) || step !== undefined || container.halted;
}

/** Of a container whose restart brought this version, or was to, and did not end healthy. */
function failureIn(rollout: RolloutRecord, affected: readonly Affected[]): Problem | undefined {
  for (const { receipt, step, state } of affected) {
    const { container } = receipt;
    const { containerName, target: problemTarget } = container;
    const of = (failure: string) => ({ problem: haltedBy(failure, containerName, rollout), problemTarget });
    if (step?.failed === true && !hadIt(rollout, step)) return of(step.problem);
    // It may be halted still for an older one, and be tried with this now.
    const isOfHost = container.halted && container.health === "UNHEALTHY" && state === "done";
    if (isOfHost) return of(hostFailureOf(receipt));
  }
  return undefined;
}

/** What it had before its step is not what made it fail. */
function hadIt({ secret, version }: RolloutRecord, { had }: StepRecord): boolean {
  const before = had.find((each) => each.startsWith(`${secret} `));
  return version === 0 ? before === undefined : before === `${secret} ${version}`;
}

function hindranceIn(pending: readonly Affected[], connected: ReadonlySet<string>): Problem {
  const problem = pending.find(({ receipt }) => receipt.container.problem !== "");
  if (problem !== undefined) return aboutOne(problem.receipt, stuck);
  const lost = pending.find(({ receipt }) => !connected.has(receipt.node));
  return lost === undefined ? NO_PROBLEM : aboutOne(lost.receipt, away);
}

function aboutOne(receipt: Receipt, sentence: (receipt: Receipt) => string): Problem {
  return { problem: sentence(receipt), problemTarget: receipt.container.target };
}

function isNews(rollout: RolloutRecord, found: RolloutProgress): boolean {
  const { state, problem, total, done } = rollout;
  return state !== found.state || problem !== found.problem || total !== found.total || done !== found.done;
}
