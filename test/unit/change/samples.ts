import type { ContainerEngine, ListedContainer, Outcome } from "../../../agent/engine/container-engine.ts";
import { KeyholdError } from "../../../common/errors.ts";
import type { LogFields } from "../../../common/log.ts";
import type { Timers } from "../../../common/timers.ts";

/** Time that passes only when a test says so. */
export class HandTimers implements Timers {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.#now + milliseconds, run };
    this.#waiting.add(entry);
    return () => void this.#waiting.delete(entry);
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.at;
      this.#waiting.delete(next);
      next.run();
    }
    this.#now = end;
  }

  #next(end: number) {
    return [...this.#waiting].filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** An engine with the rules of the real one: what is gone is gone, what does not run cannot be signalled, a restart starts. */
export class MemoryEngine implements Pick<ContainerEngine, "list" | "restart" | "kill"> {
  readonly containers = new Map<string, ListedContainer>();
  readonly calls: string[] = [];
  /** What the next calls throw. `begun`: a restart that fails after it has stopped the container. */
  readonly failures: { readonly error: KeyholdError; readonly begun: boolean }[] = [];
  /** Called when a container was stopped to be started again. */
  onStop: (container: string) => void = () => undefined;
  /** Called when a container was started again. */
  onStart: (container: string) => void | Promise<void> = () => undefined;
  atOnce = 0;
  mostAtOnce = 0;
  #hold: Promise<KeyholdError | undefined> | undefined;
  #release: (failure?: KeyholdError) => void = () => undefined;

  add(id: string, running = true): void {
    this.containers.set(id, { id, name: id, labels: {}, running });
  }

  /** Restarts take until {@link release}. */
  hold(): void {
    if (this.#hold !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<KeyholdError | undefined>();
    this.#hold = promise;
    this.#release = resolve;
  }

  /** @param failure why those under way are not started again */
  release(failure?: KeyholdError): void {
    this.#release(failure);
    this.#hold = undefined;
  }

  async list(id?: string): Promise<readonly ListedContainer[]> {
    const all = [...this.containers.values()];
    return id === undefined ? all : all.filter((each) => each.id === id);
  }

  async restart(id: string, stopTimeout?: number): Promise<Outcome> {
    this.calls.push(stopTimeout === undefined ? `restart ${id}` : `restart ${id} ${stopTimeout}`);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const failure = this.failures.shift();
    if (failure?.begun !== false && this.containers.get(id)?.running === true) {
      this.add(id, false);
      this.onStop(id);
    }
    const refused = await this.#hold;
    this.atOnce -= 1;
    if (refused !== undefined) throw refused;
    if (failure?.begun === true) this.add(id, false);
    if (failure !== undefined) throw failure.error;
    if (!this.containers.has(id)) return "gone";
    // Two restarts at once stop it together, and then one of them starts it.
    if (this.containers.get(id)?.running === true) return "done";
    this.add(id);
    await this.onStart(id);
    return "done";
  }

  async kill(id: string, signal: NodeJS.Signals): Promise<Outcome> {
    this.calls.push(`kill ${id} ${signal}`);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure.error;
    const found = this.containers.get(id);
    if (found === undefined) return "gone";
    return found.running ? "done" : "stopped";
  }
}

export const REFUSED = new KeyholdError({ code: "failed", message: "the port is taken" });
export const DOWN = new KeyholdError({ code: "unavailable", message: "the engine cannot be reached" });

interface Line extends LogFields {
  readonly level: string;
  readonly message: string;
}

/** Keeps what is logged. */
export function keepingLog() {
  const lines: Line[] = [];
  const keep = (level: string) => (fields: LogFields, message: string) =>
    void lines.push({ ...fields, level, message });
  return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}
