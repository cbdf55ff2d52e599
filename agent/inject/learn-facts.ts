import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine } from "../engine/container-engine.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { Injector } from "./injector.ts";

export interface LearnFactsOptions {
  readonly watcher: Pick<ContainerWatcher, "onEvent">;
  readonly engine: Pick<ContainerEngine, "factsOf">;
  readonly injector: Pick<Injector, "records" | "learn">;
  readonly log: Pick<Log, "warn">;
}

/**
 * Asks the engine's API about containers whose facts could not be read from the engine's data root: the agent runs in a container
 * that does not see it, or an agent of an earlier release has started them. The engine answers only after a start. Returns the
 * unsubscribe.
 */
export function learnFacts({ watcher, engine, injector, log }: LearnFactsOptions): () => void {
  return watcher.onEvent(({ kind, container: { id, name } }) => {
    if (kind !== "started") return;
    const record = injector.records().find((each) => each.container === id);
    if (record === undefined || record.facts.autoRemove !== undefined) return;
    engine
      .factsOf(id)
      .then((facts) => (facts === undefined ? undefined : injector.learn(id, facts)))
      .catch((thrown: unknown) => {
        const reason = KeyholdError.from(thrown, "the engine did not say").describe();
        log.warn(
          { container: id, containerName: name, reason },
          "cannot tell the HEALTHCHECK of a container",
        );
      });
  });
}
