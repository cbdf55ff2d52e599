import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { RolloutRecord } from "../../rollout/records/rollout-records.ts";
import { PrivateWords } from "../edge/private-words.ts";
import { maySeeNamed } from "../edge/visible.ts";
import { HIDDEN } from "./rollout-history.ts";
import { containerMessages, type Placing, type RolloutReading, type Told } from "./rollout-status.ts";
import type { Progress } from "./rollout-wait-progress.ts";

/** Every container has it, and as long as the server watches the rollout, none is still to become healthy with it. Pure. */
export function isOver({ rollout }: RolloutReading, { affected, delivered, waited }: Progress): boolean {
  if (delivered < affected) return false;
  if (rollout === undefined || !isOpen(rollout)) return true;
  const fresh = rollout.containers.filter(({ well }) => !well);
  const keys = new Set(fresh.map(({ node, container }) => `${node} ${container}`));
  return !waited.some(({ node, container: { containerId, health } }) => {
    return keys.has(`${node} ${containerId}`) && (health === "STARTING" || health === "UNHEALTHY");
  });
}

function isOpen(rollout: RolloutRecord): boolean {
  return rollout.state === "RUNNING" || rollout.state === "WAITING" || mayBeTakenBack(rollout);
}

/** Why a wait will not come to its end; undefined: it may. */
export async function haltIn(
  reading: RolloutReading,
  { halted }: Progress,
  version: number,
  told: Told,
): Promise<KeyholdError | undefined> {
  const { rollout, asked } = reading;
  const secret = shortName(asked.name.name);
  const what = `${version === 0 ? "the deletion" : `version ${version}`} of ${secret}`;
  if (rollout?.state === "ROLLED_BACK")
    return aborted(`${what} was taken back`, await saidOf(rollout, told), secret);
  // What was there before is about to be written back.
  if (rollout !== undefined && mayBeTakenBack(rollout)) return undefined;
  // The server watches it, and knows more than one look tells.
  if (rollout?.state === "RUNNING" || rollout?.state === "WAITING") return undefined;
  if (rollout?.state === "HALTED") return aborted(`${what} is halted`, await saidOf(rollout, told), secret);
  return halted && aborted(`${what} is halted`, await about(halted, told), secret);
}

function mayBeTakenBack({ state, writeBack }: RolloutRecord): boolean {
  return writeBack === "wanted" && (state === "RUNNING" || state === "WAITING" || state === "HALTED");
}

async function saidOf(
  { problem, problemTarget }: RolloutRecord,
  { database, access, caller }: Told,
): Promise<string> {
  const isTold = problemTarget === "" || (await maySeeNamed(database, access, caller, problemTarget));
  if (!isTold) return HIDDEN;
  return new PrivateWords(database, access, caller).without(problem, problemTarget);
}

async function about(placing: Placing, told: Told): Promise<string> {
  const [shown] = await containerMessages([placing], told);
  if (shown === undefined || shown.containerName === "") return HIDDEN;
  const { containerName, node = "", problem } = shown;
  const what = problem === "" ? "it did not become healthy" : problem;
  return `container ${containerName} on node ${shortName(node)}: ${what}`;
}

function aborted(what: string, why: string, secret: string): KeyholdError {
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `${what}: ${why}`,
    next: `see who has what with: keyhold rollout status ${secret}`,
  });
}
