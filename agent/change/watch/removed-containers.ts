import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { TargetSource } from "../../../common/bundle.ts";
import { KeyholdError, systemCodeOf } from "../../../common/errors.ts";
import type { Log } from "../../../common/log.ts";
import type { Injector } from "../../inject/injector.ts";
import type { ContainerWatcher } from "../../watch/container-watcher.ts";
import { targetWanted } from "../../watch/labels.ts";

export interface RemovedContainersOptions {
  readonly watcher: Pick<ContainerWatcher, "ready" | "containers">;
  readonly injector: Pick<Injector, "records" | "retain" | "forget">;
  readonly source: Pick<TargetSource, "release">;
  readonly log: Pick<Log, "info" | "warn">;
}

/**
 * The containers that earlier agents kept files for, with or without a record that can be read. Look before the first container
 * can be created: what comes later is nobody's leftover.
 */
export async function listKept(runDirectory: string): Promise<readonly string[]> {
  try {
    return await readdir(join(runDirectory, "containers"));
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return [];
    throw KeyholdError.from(thrown, `cannot list the containers in ${runDirectory}`);
  }
}

/**
 * Once the engine has said which containers there are: forgets those that were removed while no agent ran, takes their files
 * away, and releases the targets that no container needs any more. Waits for an engine that is down. Never throws.
 */
export async function forgetRemoved(
  kept: readonly string[],
  options: RemovedContainersOptions,
): Promise<void> {
  try {
    await forgetAll(kept, options);
  } catch (thrown) {
    // The agent ended before the engine came up: nothing is known, so nothing is gone.
    if (thrown instanceof KeyholdError && thrown.code === "cancelled") return;
    options.log.warn({ err: thrown }, "cannot remove the files of containers that are gone");
  }
}

async function forgetAll(
  kept: readonly string[],
  { watcher, injector, source, log }: RemovedContainersOptions,
) {
  const targets = new Set(injector.records().map((record) => record.target));
  await watcher.ready();
  const existing = watcher.containers();
  await injector.retain(new Set(existing.keys()));
  const known = new Set(injector.records().map((record) => record.container));
  const gone = kept.filter((id) => !existing.has(id) && !known.has(id));
  for (const id of gone) await injector.forget(id);
  if (gone.length > 0) log.info({ count: gone.length }, "forgot containers that were removed meanwhile");
  const wanted = new Set([
    ...injector.records().map((record) => record.target),
    ...[...existing.values()].map((container) => targetWanted(container.labels)),
  ]);
  for (const target of targets) if (!wanted.has(target)) source.release(target);
}
