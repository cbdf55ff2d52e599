import { KeyholdError } from "../../common/errors.ts";
import { parseSecretName } from "../../common/resource-name.ts";
import type { Database, Stores } from "../stores/stores.ts";
import { applyWithin, restoringWrite } from "./apply-write.ts";
import type { RolloutProgress, RolloutRecord } from "./records/rollout-records.ts";
import { notWrittenBack, writeBackComment, writtenBack } from "./sentences.ts";

/** How a version that is written back stands in the audit log, done by who wrote the one that is taken back. */
export const WRITTEN_BACK = "server/rollout.written-back";

/**
 * Puts back what was there before a version whose rollout has halted, if its writer wanted that: once, whoever else finds it
 * halted. Being a write without that wish, it is not taken back itself.
 * @returns what became of the rollout; undefined if somebody else has seen to it
 * @throws whatever may pass by itself: then it is tried again
 */
export async function takeBack(
  database: Pick<Database, "audit" | "transaction">,
  rollout: RolloutRecord,
): Promise<RolloutProgress | undefined> {
  const { audit } = database;
  const server = { principal: rollout.creator, address: "", requestId: "", action: WRITTEN_BACK };
  try {
    return await audit.as(server, () => database.transaction((stores) => write(stores, rollout)));
  } catch (thrown) {
    if (!(thrown instanceof KeyholdError) || thrown.retryable) throw thrown;
    return database.transaction((stores) => giveUp(stores, rollout, thrown));
  }
}

async function write(stores: Stores, rollout: RolloutRecord): Promise<RolloutProgress | undefined> {
  const now = await halted(stores, rollout);
  if (now === undefined) return undefined;
  const { secret, version, creator, problem } = now;
  const progress: RolloutProgress = { ...now, state: "ROLLED_BACK", problem: writtenBack(problem, version) };
  // First of all: the write makes an end of every rollout of the secret that has none.
  await stores.rollouts.progress(now, progress);
  await applyWithin(
    stores,
    restoringWrite(parseSecretName(secret), version - 1, creator, writeBackComment(now)),
  );
  return progress;
}

async function giveUp(
  stores: Stores,
  rollout: RolloutRecord,
  reason: KeyholdError,
): Promise<RolloutProgress | undefined> {
  const now = await halted(stores, rollout);
  if (now === undefined) return undefined;
  const problem = notWrittenBack(now.problem, reason.message);
  const progress: RolloutProgress = { ...now, writeBack: "refused", problem };
  await stores.rollouts.progress(now, progress);
  return progress;
}

async function halted(
  { rollouts }: Pick<Stores, "rollouts">,
  { organization, id, secret }: RolloutRecord,
): Promise<RolloutRecord | undefined> {
  const active = await rollouts.active(organization, secret);
  return active.find((each) => each.id === id && isToBeTakenBack(each));
}

export function isToBeTakenBack({ state, writeBack }: Pick<RolloutRecord, "state" | "writeBack">): boolean {
  return state === "HALTED" && writeBack === "wanted";
}
