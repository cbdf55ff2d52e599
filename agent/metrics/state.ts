import type { SealedCache } from "../cache/sealed-cache.ts";
import type { RestartQueue } from "../change/queue/restart-queue.ts";
import type { ControlPlaneSession } from "../session/session.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { AgentState } from "./agent-metrics.ts";

export interface StateSources {
  readonly session: Pick<ControlPlaneSession, "connected">;
  readonly watcher: Pick<ContainerWatcher, "containers">;
  readonly cache: Pick<SealedCache, "targets">;
  readonly steps: Pick<RestartQueue, "statuses">;
}

/** Where the gauges get their numbers from. */
export function stateOf({ session, watcher, cache, steps }: StateSources): AgentState {
  const statuses = () => [...steps.statuses().values()];
  return {
    connected: () => session.connected,
    containers: () => [...watcher.containers().values()].filter(({ running }) => running).length,
    due: () => statuses().filter(({ due }) => due).length,
    halted: () => statuses().filter(({ halted }) => halted).length,
    cachedTargets: () => cache.targets().length,
  };
}
