import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEvent, ListedContainer } from "../engine/container-engine.ts";
import { isLabelled, type Labels } from "./labels.ts";

/** What to do about a container that asks for the runtime keyhold and for no secrets. */
export const LABEL_LEVELS =
  "write the labels on the container: in a Compose file under `labels:` of the service, not under `deploy:`; for a Swarm service with --container-label";

export interface UnlabelledCheckOptions {
  /** The engine's default runtime, by name. */
  readonly defaultRuntime: () => Promise<string>;
  /** The runtime that a container was made for; undefined where that cannot be read. Asks the engine nothing about the container. */
  readonly runtimeOf: (id: string) => Promise<string | undefined>;
  readonly log: Pick<Log, "warn">;
  /** The name of our runtime. */
  readonly runtime: string;
}

/**
 * Reports containers that were made explicitly for our runtime and have no label of ours: nearly always the labels are at the wrong
 * level of a Compose file. Where ours is the engine's default runtime nothing is reported, since every container has it.
 */
export class UnlabelledCheck {
  readonly #options: UnlabelledCheckOptions;

  constructor(options: UnlabelledCheckOptions) {
    this.#options = options;
  }

  listed(containers: readonly ListedContainer[]): void {
    for (const each of containers) if (each.running) void this.#look(each);
  }

  heard(event: ContainerEvent): void {
    if (event.kind === "started") void this.#look(event);
  }

  async #look(container: { readonly id: string; readonly name: string; readonly labels: Labels }) {
    if (isLabelled(container.labels)) return;
    const { defaultRuntime, runtimeOf, log, runtime } = this.#options;
    const fields = { container: container.id, containerName: container.name };
    try {
      if ((await runtimeOf(container.id)) !== runtime || (await defaultRuntime()) === runtime) return;
      const reason = `it was made for the runtime ${runtime} and has no label that begins with keyhold.`;
      log.warn({ ...fields, reason, next: LABEL_LEVELS }, "a container runs without secrets");
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the engine did not say").describe();
      log.warn({ ...fields, reason }, "cannot tell whether a container lacks its labels");
    }
  }
}
