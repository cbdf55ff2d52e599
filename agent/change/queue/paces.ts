import { isUnderWay, type RestartAttempt } from "../../inject/plan/attempt.ts";
import { afterDue, afterRestart, mayRestartAt, type Pace, type PaceTimes } from "./pace.ts";

/** The pace of every container that was restarted lately. */
export class Paces {
  readonly #known = new Map<string, Pace>();
  readonly #times: PaceTimes;
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(times: PaceTimes, now: () => number) {
    this.#times = times;
    this.#now = now;
  }

  due(container: string): void {
    this.#set(container, afterDue(this.#known.get(container), this.#now(), this.#times));
  }

  restarted(container: string, before: RestartAttempt | undefined): void {
    this.#set(container, afterRestart(this.#known.get(container), this.#now(), isUnderWay(before)));
  }

  /** Milliseconds until the container may be restarted; 0 or less: now. */
  pauseOf(container: string, attempt: RestartAttempt | undefined): number {
    return mayRestartAt(this.#known.get(container), isUnderWay(attempt), this.#times) - this.#now();
  }

  /** When it was last restarted; 0: not lately. */
  lastOf(container: string): number {
    return this.#known.get(container)?.lastAt ?? 0;
  }

  /** Forgets the containers that do not exist any more. */
  retain(exists: (container: string) => boolean): void {
    for (const container of this.#known.keys()) if (!exists(container)) this.#known.delete(container);
  }

  #set(container: string, pace: Pace | undefined): void {
    if (pace === undefined) this.#known.delete(container);
    else this.#known.set(container, pace);
  }
}
