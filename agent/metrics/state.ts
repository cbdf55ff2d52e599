import type { SealedCache } from "../cache/sealed-cache.ts";
import type { Stepper } from "../change/queue/stepper.ts";
import type { ControlPlaneSession } from "../session/session.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { AgentState } from "./agent-metrics.ts";

export interface StateSources {
  readonly session: Pick<ControlPlaneSession, "connected">;
  readonly watcher: Pick<ContainerWatcher, "containers">;
  readonly cache: Pick<SealedCache, "targets">;
  readonly steps: Pick<Stepper, "standings">;
}

/** Where the gauges get their numbers from. */
export function stateOf({ session, watcher, cache, steps }: StateSources): AgentState {
  const standings = () => [...steps.standings().values()];
  return {
    connected: () => session.connected,
    containers: () => [...watcher.containers().values()].filter(({ running }) => running).length,
    due: () => standings().filter(({ due }) => due).length,
    halted: () => standings().filter(({ halted }) => halted).length,
    cachedTargets: () => cache.targets().length,
  };
}
