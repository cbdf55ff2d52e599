import type { TargetSource } from "../../common/bundle.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import { targetWanted } from "../watch/labels.ts";
import type { WatchedContainer } from "../watch/watched-container.ts";
import type { Reinjection } from "./plan/types.ts";

export interface FollowOptions {
  readonly watcher: Pick<ContainerWatcher, "onEvent" | "containers">;
  readonly source: Pick<TargetSource, "prefetch" | "release">;
  readonly reinjection: Pick<Reinjection, "records" | "forget">;
  readonly log: Pick<Log, "warn">;
}

/**
 * Ties the engine's events to what is held: a target is fetched when a container that wants it is created, so that the runtime's
 * question is answered from memory; and it is released, and the container's files go, when the container is removed. Returns the
 * unsubscribe.
 */
export function followContainers(options: FollowOptions): () => void {
  const { watcher, source, log } = options;
  return watcher.onEvent(({ kind, container }) => {
    const target = targetWanted(container.labels);
    if (kind === "created" && target !== undefined) source.prefetch(target);
    if (kind !== "destroyed") return;
    forget(options, container, target).catch((err: unknown) => {
      log.warn({ container: container.id, err }, "cannot remove the files of a container");
    });
  });
}

async function forget(
  { watcher, source, reinjection }: FollowOptions,
  container: WatchedContainer,
  target: string | undefined,
): Promise<void> {
  await reinjection.forget(container.id);
  const wanted = new Set([
    ...reinjection.records().map((each) => each.target),
    ...[...watcher.containers().values()].map(({ labels }) => targetWanted(labels)),
  ]);
  if (target !== undefined && !wanted.has(target)) source.release(target);
}
