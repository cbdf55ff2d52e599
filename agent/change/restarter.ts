import { type BackoffPolicy, backoffDelay, sleep } from "../../common/backoff.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine, Outcome } from "../engine/container-engine.ts";

export interface Restart {
  readonly container: string;
  readonly name: string;
  readonly target: string;
  /** Seconds; undefined: the container's own. */
  readonly stopTimeout: number | undefined;
}

export interface RestarterOptions {
  readonly engine: Pick<ContainerEngine, "list" | "restart" | "kill">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** How many containers of this host may be restarting at the same time. */
  readonly atOnce?: number;
  readonly backoff?: BackoffPolicy;
}

const RETRY: BackoffPolicy = { initial: 500, maximum: 30_000, factor: 3, jitter: 0.3 };
const ATTEMPTS = 5;

/** Does what was decided. Who calls it sees to it that no container is asked for twice at the same time. */
export class Restarter {
  readonly #options: RestarterOptions;
  readonly #stopping = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(options: RestarterOptions) {
    this.#options = options;
    this.#free = options.atOnce ?? 4;
  }

  /** No further restart begins; those under way go on in the engine. */
  close(): void {
    this.#stopping.abort();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @returns whether the container runs again with a new process */
  async restart(restart: Restart): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!(await this.#runs(restart.container))) return false;
      return this.#untilDone(restart);
    });
  }

  /** @returns whether it was delivered */
  async signal(container: string, signal: NodeJS.Signals): Promise<boolean> {
    return (await this.#options.engine.kill(container, signal)) === "done";
  }

  /** The engine would start a container that somebody has stopped, so look first. A moment's race remains: nobody can close it. */
  async #runs(container: string): Promise<boolean> {
    const found = (await this.#options.engine.list(container)).find((each) => each.id === container);
    return found?.running === true;
  }

  async #untilDone(restart: Restart): Promise<boolean> {
    const { engine, log, backoff = RETRY } = this.#options;
    const fields = { container: restart.container, containerName: restart.name, target: restart.target };
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      const start = performance.now();
      try {
        const outcome = await engine.restart(restart.container, restart.stopTimeout);
        const milliseconds = Math.round(performance.now() - start);
        if (outcome === "done")
          log.info({ ...fields, milliseconds }, "restarted a container for its new values");
        return outcome === ("done" satisfies Outcome);
      } catch (thrown) {
        const error = KeyholdError.from(thrown, "the engine did not restart it");
        const last = attempt + 1 >= ATTEMPTS;
        log.error(
          {
            ...fields,
            attempt,
            reason: error.describe(),
            next: last ? `docker restart ${restart.name}` : "trying again",
          },
          "cannot restart a container",
        );
        if (last) return false;
        await sleep(backoffDelay(backoff, attempt, Math.random()), this.#stopping.signal);
      }
    }
    return false;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T | false> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return this.#stopping.signal.aborted ? false : await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
