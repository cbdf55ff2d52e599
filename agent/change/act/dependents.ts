import { KeyholdError } from "../../../common/errors.ts";
import type { Log } from "../../../common/log.ts";
import type { ContainerEngine } from "../../engine/container-engine.ts";
import type { ContainerRecord } from "../../inject/plan/types.ts";
import { requestOf } from "../../inject/record.ts";
import type { ContainerWatcher } from "../../watch/container-watcher.ts";
import type { NetworkSharing } from "../../watch/network-sharing.ts";

export interface DependentsOptions {
  readonly engine: Pick<ContainerEngine, "restart">;
  readonly watcher: Pick<ContainerWatcher, "containers">;
  readonly sharing: Pick<NetworkSharing, "cutOffFrom">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
}

/** The containers that share the network of one that was restarted: restarts them, or says that they have lost it. */
export class Dependents {
  readonly #options: DependentsOptions;

  constructor(options: DependentsOptions) {
    this.#options = options;
  }

  /** The container is healthy after its restart. Restarts one after the other. Never throws. */
  async follow(record: ContainerRecord): Promise<void> {
    const { watcher, sharing, log } = this.#options;
    const owner = watcher.containers().get(record.container);
    const cutOff = owner === undefined ? [] : sharing.cutOffFrom(owner);
    if (cutOff.length === 0) return;
    const fields = { container: record.container, containerName: record.name, target: record.target };
    const names = cutOff.map(({ name }) => name);
    if (!this.#mayRestart(record)) {
      const next = `docker restart ${names.join(" ")}, or set the label keyhold.dependents=restart on ${record.name}`;
      log.warn({ ...fields, dependents: names.join(", "), next }, "containers have lost their network");
      return;
    }
    for (const { id, name } of cutOff) await this.#restart(id, { ...fields, dependents: name });
  }

  #mayRestart(record: ContainerRecord): boolean {
    return requestOf(record)?.dependents === "restart";
  }

  async #restart(id: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const { engine, log } = this.#options;
    try {
      log.info(fields, "restarting a container that shares the network of a restarted one");
      await engine.restart(id);
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the engine did not do it").describe();
      const next = `docker restart ${fields.dependents} does it by hand`;
      log.error({ ...fields, reason, next }, "cannot restart a container that has lost its network");
    }
  }
}
