import { type BackoffPolicy, backoffDelay, sleep } from "../../../common/backoff.ts";
import { KeyholdError } from "../../../common/errors.ts";
import type { Log } from "../../../common/log.ts";
import type { ContainerEngine, Outcome } from "../../engine/container-engine.ts";

/** A container that is due something. */
export interface RestartRequest {
  readonly container: string;
  readonly name: string;
  readonly target: string;
  /** Whether it is due still; asked right before anything is done. */
  still(): Promise<boolean>;
  /** Whether no process of this container was started since it became due. */
  isSameProcess(): boolean;
  /** An earlier agent has asked for it, and may have stopped it. */
  readonly begun?: boolean;
  /** The engine could not do it, and left it stopped perhaps. It is tried again. */
  failed?(reason: string): void;
}

export interface RestarterOptions {
  readonly engine: Pick<ContainerEngine, "list" | "restart" | "kill">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly backoff?: BackoffPolicy;
  /** How long {@link Restarter.close} waits: milliseconds. */
  readonly closeMs?: number;
}

/** Less than systemd waits for an agent that it stops. */
const CLOSE_MS = 15_000;

const RETRY: BackoffPolicy = { initial: 500, maximum: 30_000, factor: 3, jitter: 0.3 };

const RESTART = {
  done: "restarted a container for its new values",
  failed: "cannot restart a container, trying again",
  byHand: (name: string) => `look at docker logs ${name}; docker restart ${name} does it by hand`,
};
const SIGNAL = {
  done: "told a container of its new values",
  failed: "cannot signal a container, trying again",
  byHand: (name: string) => `docker restart ${name} gives it the new values at once`,
};

/**
 * Does what was decided, and tries again until it is done or no longer due: the container is gone, was restarted by hand, has
 * its old values back, or was stopped by a person. Who calls it sees to it that nothing is asked for one container twice at once.
 */
export class Restarter {
  readonly #options: RestarterOptions;
  readonly #ending = new AbortController();
  readonly #acting = new Set<Promise<unknown>>();

  constructor(options: RestarterOptions) {
    this.#options = options;
  }

  /**
   * Nothing more begins. Restarts under way are waited for, as their starts ask this agent; after a while they go on in the engine
   * alone, and ask the next one.
   */
  async close(): Promise<void> {
    this.#ending.abort();
    const late = new AbortController();
    const patience = sleep(this.#options.closeMs ?? CLOSE_MS, late.signal);
    await Promise.race([Promise.allSettled(this.#acting), patience]);
    late.abort();
  }

  /**
   * @param stopTimeout seconds; undefined: the container's own
   * @returns whether it was restarted by us
   */
  restart(due: RestartRequest, stopTimeout: number | undefined): Promise<boolean> {
    return this.#untilDone(due, RESTART, () => this.#options.engine.restart(due.container, stopTimeout));
  }

  /**
   * @param told does the killing it is given, and notes that the process knows
   * @returns whether it was signalled
   */
  signal(
    due: RestartRequest,
    signal: NodeJS.Signals,
    told: (kill: () => Promise<Outcome>) => Promise<Outcome>,
  ): Promise<boolean> {
    const kill = () => this.#options.engine.kill(due.container, signal);
    return this.#untilDone(due, SIGNAL, () => told(kill));
  }

  async #untilDone(
    due: RestartRequest,
    words: typeof RESTART,
    act: () => Promise<Outcome>,
  ): Promise<boolean> {
    const done = this.#tryUntilDone(due, words, act);
    this.#acting.add(done);
    try {
      return await done;
    } finally {
      this.#acting.delete(done);
    }
  }

  async #tryUntilDone(
    due: RestartRequest,
    words: typeof RESTART,
    act: () => Promise<Outcome>,
  ): Promise<boolean> {
    const { log, backoff = RETRY } = this.#options;
    const fields = { container: due.container, containerName: due.name, target: due.target };
    /** An attempt of ours may have stopped it, and then owes the start. */
    let begun = due.begun ?? false;
    for (let attempt = 0; !this.#ending.signal.aborted; attempt += 1) {
      try {
        if (!(await this.#may(due, begun)) || this.#ending.signal.aborted) return false;
        const start = performance.now();
        const outcome = await act().catch((thrown) => {
          if (isUnreachable(thrown)) throw thrown;
          begun = true;
          due.failed?.(reasonOf(thrown));
          throw thrown;
        });
        if (outcome !== "done") return false;
        log.info({ ...fields, milliseconds: Math.round(performance.now() - start) }, words.done);
        return true;
      } catch (thrown) {
        const reason = reasonOf(thrown);
        const milliseconds = backoffDelay(backoff, attempt, Math.random());
        log.error({ ...fields, attempt, milliseconds, reason, next: words.byHand(due.name) }, words.failed);
        await sleep(milliseconds, this.#ending.signal);
      }
    }
    return false;
  }

  /**
   * The engine would start a container that a person has stopped, so look first. A moment's race remains, between this look and
   * the engine's: nobody but the engine could close it.
   */
  async #may(due: RestartRequest, begun: boolean): Promise<boolean> {
    const found = (await this.#options.engine.list(due.container)).find((each) => each.id === due.container);
    if (found === undefined) return false;
    return found.running ? due.still() : begun && due.isSameProcess();
  }
}

function reasonOf(thrown: unknown): string {
  return KeyholdError.from(thrown, "the engine did not do it").describe();
}

/** Then the engine has not begun anything, or has ended together with all its containers. */
function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof KeyholdError && thrown.code === "unavailable";
}
