import type { Log } from "../../common/log.ts";
import type { Outcome } from "./carry-out.ts";
import type { Witness } from "./conductor.ts";
import type { RolloutRecord, StepRecord } from "./records/rollout-records.ts";

/** What of rollouts is counted. */
export interface RolloutMeter {
  step(what: "given" | "ended" | "failed"): void;
  /** So many containers more have a version that was written so long ago. */
  delivered(containers: number, seconds: number): void;
  halted(): void;
  /** `refused`: what was there before could not be written. */
  writtenBack(result: "done" | "refused"): void;
}

/** Tells an operator how a rotation goes, container by container, and counts it. */
export function witness(log: Log, meter: RolloutMeter): Witness {
  return {
    looked({ ended, failed, given, progress }) {
      for (const step of ended) tellEnd(log, meter, step);
      for (const { step, problem } of failed) {
        meter.step("failed");
        log.error({ ...aboutStep(step), reason: problem }, "A container halts the rollouts of its group");
      }
      for (const step of given) {
        meter.step("given");
        log.info(aboutStep(step), "It is a container's turn to be restarted");
      }
      for (const each of progress) tellProgress(log, meter, each);
    },
    tookBack({ rollout, found }) {
      const isDone = found.state === "ROLLED_BACK";
      meter.writtenBack(isDone ? "done" : "refused");
      const fields = { ...aboutRollout(rollout), reason: found.problem };
      if (isDone) log.warn(fields, "A rollout halted, and what was there before was written back");
      else log.error(fields, "A rollout halted, and what was there before could not be written back");
    },
  };
}

function tellEnd(log: Log, meter: RolloutMeter, step: StepRecord): void {
  meter.step("ended");
  log.info(aboutStep(step), "A container's turn is over");
}

function tellProgress(log: Log, meter: RolloutMeter, { rollout, found }: Outcome["progress"][number]): void {
  const fields = {
    ...aboutRollout(rollout),
    ...{ state: found.state, done: found.done, count: found.total, reason: found.problem },
  };
  const more = found.done - rollout.done;
  if (more > 0) meter.delivered(more, (Date.now() - rollout.createTime) / 1_000);
  if (found.state !== "HALTED") log.info(fields, "A rollout has come further");
  else if (rollout.state !== "HALTED") {
    meter.halted();
    log.error(fields, "A rollout has halted");
  }
}

function aboutStep({ id, node, container, group }: StepRecord) {
  return { node, container, group, step: id };
}

function aboutRollout({ name, secret, version }: RolloutRecord) {
  return { rollout: name, secret, version };
}
