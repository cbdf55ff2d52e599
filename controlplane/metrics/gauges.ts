import { Gauge, type Registry } from "prom-client";

/** What is looked up when somebody asks for the metrics. */
export interface State {
  connectedAgents(): number;
  contestedNodes(): number;
  watchedTargets(): number;
  revision(): Promise<number>;
  secrets(): Promise<number>;
  secretVersions(): Promise<number>;
}

/** Gauges of the service: each is read when `/metrics` is. */
export function addGauges(registry: Registry, state: State): void {
  const add = (name: string, help: string, read: () => number | Promise<number>) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  };
  add("keyhold_agents_connected", "Agents whose stream is open.", () => state.connectedAgents());
  add("keyhold_nodes_contested", "Nodes whose stream several agents take from each other.", () =>
    state.contestedNodes(),
  );
  add("keyhold_stream_targets_watched", "Workspaces and projects watched, summed over all agents.", () =>
    state.watchedTargets(),
  );
  add("keyhold_revision", "The store's revision: one more for each write.", () => state.revision());
  add("keyhold_secrets", "Secrets stored, with those that are deleted and can be restored.", () =>
    state.secrets(),
  );
  add("keyhold_secret_versions", "Versions kept of all secrets.", () => state.secretVersions());
}
