/** Something that was started and has to be ended: the last started ends first. */
export interface Closeable {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Collects what a process has started, and undoes it in reverse order: on a normal stop, and when a later step of the start
 * fails. Ending twice is harmless; one failure does not keep the others from being ended, and is reported at the end.
 */
export class Lifecycle {
  readonly #started: Closeable[] = [];
  #ending: Promise<void> | undefined;

  add(name: string, close: () => Promise<void> | void): void {
    this.#started.push({ name, close: async () => close() });
  }

  end(): Promise<void> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const item of this.#started.reverse()) {
      try {
        await item.close();
      } catch (thrown) {
        failures.push(new Error(`ending ${item.name} failed`, { cause: thrown }));
      }
    }
    this.#started.length = 0;
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, "several parts could not be ended");
  }
}

/** Where a process's signals come from: `process`, or a test's emitter. */
export interface SignalSource {
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/**
 * Resolves at the first SIGINT or SIGTERM. A second signal while things are being ended calls `impatient`, which is expected
 * to end the process at once.
 */
export function untilSignal(source: SignalSource, impatient: () => void): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve) => {
    let first = true;
    const on = (signal: "SIGINT" | "SIGTERM") => () => {
      if (!first) return impatient();
      first = false;
      source.once("SIGINT", onInt);
      source.once("SIGTERM", onTerm);
      resolve(signal);
    };
    const onInt = on("SIGINT");
    const onTerm = on("SIGTERM");
    source.once("SIGINT", onInt);
    source.once("SIGTERM", onTerm);
  });
}
