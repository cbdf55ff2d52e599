import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine } from "../engine/container-engine.ts";
import type { ContainerWatcher } from "./container-watcher.ts";
import type { WatchedContainer } from "./watched-container.ts";

/**
 * Reports labelled containers that run without us: they were started under another OCI runtime, so nothing could refuse their
 * start. Looks after the start, because an engine does not answer questions about a container that is being started.
 */
export class RuntimeCheck {
  readonly #engine: Pick<ContainerEngine, "runtimeOf">;
  readonly #log: Pick<Log, "warn">;
  readonly #runtime: string;
  readonly #served: (id: string) => boolean;
  readonly #found = new Map<string, string>();
  #count = 0;

  /**
   * @param options.runtime the name under which the engine knows ours
   * @param options.served whether our runtime has asked about this container, which then needs no look: a container keeps the
   * runtime it was made for, and inspecting one at each start would hold up the engine
   */
  constructor(options: {
    readonly engine: Pick<ContainerEngine, "runtimeOf">;
    readonly log: Pick<Log, "warn">;
    readonly runtime: string;
    readonly served?: (id: string) => boolean;
  }) {
    this.#engine = options.engine;
    this.#log = options.log;
    this.#runtime = options.runtime;
    this.#served = options.served ?? (() => false);
  }

  /** Starts of labelled containers without their secrets, since the agent began. */
  get count(): number {
    return this.#count;
  }

  /** Those that run now, with the runtime each has: by id. */
  running(): ReadonlyMap<string, string> {
    return this.#found;
  }

  /** Returns the unsubscribe. */
  attach(watcher: Pick<ContainerWatcher, "onEvent">): () => void {
    return watcher.onEvent(({ kind, container }) => {
      if (kind === "started" && !this.#served(container.id)) void this.#look(container);
      else if (kind === "died" || kind === "destroyed") this.#found.delete(container.id);
    });
  }

  async #look(container: WatchedContainer): Promise<void> {
    const fields = { container: container.id, containerName: container.name };
    try {
      const runtime = await this.#engine.runtimeOf(container.id);
      if (runtime === undefined || runtime === this.#runtime) return;
      this.#count += 1;
      this.#found.set(container.id, runtime);
      this.#log.warn(
        {
          ...fields,
          reason: `it was started under the runtime ${runtime}`,
          next: `start it with --runtime ${this.#runtime}, or make ${this.#runtime} the default with: keyhold agent install --default-runtime`,
        },
        "a labelled container runs without its secrets",
      );
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the engine did not say").describe();
      this.#log.warn({ ...fields, reason }, "cannot tell the runtime of a labelled container");
    }
  }
}
