import { KeyholdError } from "../../common/errors.ts";
import { parseSecretName, type SecretName, shortName } from "../../common/resource-name.ts";
import type { Database, Stores } from "../stores/stores.ts";
import { applyWithin, restoringWrite } from "./apply-write.ts";
import type { RolloutProgress, RolloutRecord } from "./records/rollout-records.ts";
import { notWrittenBack, writeBackComment, writtenBack } from "./sentences.ts";

/** Whether a principal may write a secret now: in what it did before, its role may have been another one. */
export type MayWrite = (stores: Stores, principal: string, secret: SecretName) => Promise<boolean>;

/** How a version that is written back stands in the audit log, done by who wrote the one that is taken back. */
const WRITTEN_BACK = "server/rollout.written-back";

/**
 * Puts back what was there before a version whose rollout has halted, if its writer wanted that: once, whoever else finds it
 * halted. Being a write without that wish, it is not taken back itself. It is a write of that principal, so it is refused if the
 * principal may not write the secret any more.
 * @returns what became of the rollout; undefined if somebody else has seen to it
 * @throws whatever may pass by itself: then it is tried again
 */
export async function takeBack(
  database: Pick<Database, "audit" | "transaction">,
  rollout: RolloutRecord,
  mayWrite: MayWrite,
): Promise<RolloutProgress | undefined> {
  const { audit } = database;
  const server = { principal: rollout.creator, address: "", requestId: "", action: WRITTEN_BACK };
  try {
    return await audit.as(server, () => database.transaction((stores) => write(stores, rollout, mayWrite)));
  } catch (thrown) {
    if (!(thrown instanceof KeyholdError) || thrown.retryable) throw thrown;
    return database.transaction((stores) => giveUp(stores, rollout, thrown));
  }
}

async function write(
  stores: Stores,
  rollout: RolloutRecord,
  mayWrite: MayWrite,
): Promise<RolloutProgress | undefined> {
  const now = await halted(stores, rollout);
  if (now === undefined) return undefined;
  const { secret, version, creator, problem } = now;
  if (!(await mayWrite(stores, creator, parseSecretName(secret)))) throw mayNotWrite(creator, secret);
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

function mayNotWrite(creator: string, secret: string): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `${shortName(creator)}, who wrote the version, may not write ${shortName(secret)} any more`,
  });
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
