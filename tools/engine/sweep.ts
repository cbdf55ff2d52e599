import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemCodeOf } from "../../common/errors.ts";
import { withHostLock } from "./host-lock.ts";
import { isOwnerAlive, thisMachine } from "./owner.ts";
import { ENGINES, readRecords } from "./record.ts";
import { removeEngine } from "./teardown.ts";

/** Guards the choice of an engine's id against other starts, and a sweep against taking an id that was just given again. */
export const ENGINES_LOCK = "keyhold-engines";

/**
 * Removes every engine whose owner is gone: what killed runs left behind. Engines of living owners are not touched, so this is
 * safe beside other runs.
 * @returns the ids of the engines removed
 */
export function sweepEngines(): Promise<readonly string[]> {
  return withHostLock(ENGINES_LOCK, sweepUnderLock);
}

/** {@link sweepEngines} for a caller that holds the lock. */
export async function sweepUnderLock(): Promise<readonly string[]> {
  const dead = (await readRecords()).filter((record) => !isOwnerAlive(record.owner, thisMachine));
  for (const record of dead) await removeEngine(record);
  await removeUnfinishedRecords();
  return dead.map((record) => record.id);
}

/** Records are written under the lock, which we hold: one that is unfinished now will never be finished. */
async function removeUnfinishedRecords(): Promise<void> {
  const names = await readdir(ENGINES).catch((thrown: unknown) => {
    if (systemCodeOf(thrown) === "ENOENT") return [];
    throw thrown;
  });
  for (const name of names.filter((one) => one.endsWith(".json.new")))
    await rm(join(ENGINES, name), { force: true });
}
