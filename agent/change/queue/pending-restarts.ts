import { type WindowState, windowAt } from "../../watch/window.ts";
import type { Observation } from "../watch/change-watcher.ts";

/** A container that waits for its restart. */
export interface PendingRestart {
  readonly observation: Observation;
  /** Nothing has changed for it lately. */
  readonly quiet: boolean;
}

/** Which containers are to be restarted, and whether their maintenance windows are open. */
export class PendingRestarts {
  readonly #due = new Map<string, PendingRestart>();
  readonly #clock: () => number;

  /** @param clock of the windows: milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  add(observation: Observation): void {
    this.#due.set(observation.record.container, { observation, quiet: true });
  }

  /** Something has changed for it: it waits until it is added anew. */
  stir(container: string): void {
    const due = this.#due.get(container);
    if (due !== undefined) this.#due.set(container, { ...due, quiet: false });
  }

  remove(container: string): void {
    this.#due.delete(container);
  }

  get(container: string): PendingRestart | undefined {
    return this.#due.get(container);
  }

  /** It is quiet, and the window is open. */
  isReady(container: string): boolean {
    return this.#due.get(container)?.quiet === true && this.opensAt(container) === undefined;
  }

  /** When the window opens that it waits for: milliseconds since 1970. */
  opensAt(container: string): number | undefined {
    const state = this.#windowOf(container);
    return state?.open === false ? state.until : undefined;
  }

  /** Milliseconds until windows open or close. */
  *changesIn(): Generator<number> {
    for (const container of this.#due.keys()) {
      const state = this.#windowOf(container);
      if (state !== undefined) yield state.until - this.#clock();
    }
  }

  #windowOf(container: string): WindowState | undefined {
    const window = this.#due.get(container)?.observation.request.window;
    return window && windowAt(window, this.#clock());
  }
}
