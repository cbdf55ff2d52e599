import type { TargetSource } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { Injector } from "../inject/injector.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { targetWanted } from "../watch/labels.ts";
import type { SealedCache } from "./sealed-cache.ts";

export interface KeepOptions {
  readonly cache: Pick<SealedCache, "targets" | "containers">;
  readonly watcher: Pick<ContainerWatcher, "ready" | "containers" | "onEvent">;
  readonly injector: Pick<Injector, "records">;
  readonly source: Pick<TargetSource, "release">;
  readonly log: Pick<Log, "warn">;
}

/**
 * Keeps what each labelled container asks for, for as long as there is the container; and once the engine has said which ones there
 * are, forgets what was kept for those that were removed while no agent ran. Returns the unsubscribe.
 */
export function keepContainers(options: KeepOptions): () => void {
  const { cache, watcher, log } = options;
  forgetRemoved(options).catch((thrown: unknown) => {
    // The agent ended before the engine came up: nothing is known, so nothing is removed.
    if (thrown instanceof KeyholdError && thrown.code === "cancelled") return;
    log.warn({ err: thrown }, "cannot forget what was kept for containers that are gone");
  });
  return watcher.onEvent(({ kind, container: { id, name, labels } }) => {
    if (kind === "destroyed") cache.containers.delete(id);
    else cache.containers.set({ id, name, labels });
  });
}

async function forgetRemoved({ cache, watcher, injector, source }: KeepOptions): Promise<void> {
  await watcher.ready();
  const existing = watcher.containers();
  for (const { id } of cache.containers.values()) if (!existing.has(id)) cache.containers.delete(id);
  const needed = new Set([
    ...injector.records().map((record) => record.target),
    ...[...existing.values()].map(({ labels }) => targetWanted(labels)),
  ]);
  for (const target of cache.targets()) if (!needed.has(target)) source.release(target);
}
