import type { ContainerLabels } from "../inject/ask-labels.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { SealedCache } from "./sealed-cache.ts";

/**
 * Name and labels of a container: from the engine's events, else as they were kept (a container's labels never change), and only
 * then by asking. At boot the engine starts containers before it answers anybody, so asking would be of no use.
 */
export function knownLabels(
  watcher: Pick<ContainerWatcher, "containers" | "labelsOf">,
  cache: Pick<SealedCache, "containers">,
): ContainerLabels {
  return {
    labelsOf: async (id) =>
      watcher.containers().get(id) ?? cache.containers.get(id) ?? (await watcher.labelsOf(id)),
  };
}
