import { KeyholdError } from "../../../common/errors.ts";
import type { Log, LogFields } from "../../../common/log.ts";
import type { ContainerEngine } from "../../engine/container-engine.ts";
import { serviceUpdateCommand } from "../watch/service-update-command.ts";

export interface ServiceUpdaterOptions {
  readonly engine: Pick<ContainerEngine, "updateService">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
}

/** Has Swarm replace the tasks of services, once for each service and change, whichever agents of a swarm see its tasks. */
export class ServiceUpdater {
  readonly #options: ServiceUpdaterOptions;
  readonly #asked = new Map<string, number>();

  constructor(options: ServiceUpdaterOptions) {
    this.#options = options;
  }

  /**
   * @param revision of the values that the tasks are to get
   * @returns what keeps the service from being updated, as a sentence for a person; empty if nothing does. Never throws.
   */
  async update(service: string, revision: number, fields: LogFields): Promise<string> {
    if ((this.#asked.get(service) ?? -1) >= revision) return "";
    const { engine, log } = this.#options;
    const about = { ...fields, service, revision };
    try {
      const outcome = await engine.updateService(service, revision);
      if (outcome === "not-manager") {
        const problem = `it needs ${serviceUpdateCommand(service)} on a manager: this node is none`;
        log.warn({ ...about, reason: problem }, "cannot update a service for its new values");
        return problem;
      }
      this.#asked.set(service, revision);
      if (outcome === "done") log.info(about, "updated a service for its new values");
      return "";
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the engine did not do it").describe();
      const next = `${serviceUpdateCommand(service)} does it by hand`;
      log.error({ ...about, reason, next }, "cannot update a service for its new values");
      return `it needs ${serviceUpdateCommand(service)}: ${reason}`;
    }
  }
}
