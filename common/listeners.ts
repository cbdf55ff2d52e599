import type { Log } from "./log.ts";

/** Who wants to hear of something. One listener that throws does not keep the others, or the stream, from going on. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** @returns the unsubscribe */
  add(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function added twice is called twice and removed once.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  call(value: T, log: Pick<Log, "error">): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (err) {
        log.error({ err }, "A listener of the session failed");
      }
    }
  }
}
