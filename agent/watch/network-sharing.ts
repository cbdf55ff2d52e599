import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine, ContainerEvent, ListedContainer } from "../engine/container-engine.ts";

/** A container that has the network of another one: `--network container:X`, in Compose `network_mode: service:x`. */
export interface Sharer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** Milliseconds since 1970; left out while it does not run. */
  readonly startedAt?: number | undefined;
}

/** Of whom one asks which containers share the network: what the engine calls the container. */
export interface NetworkOwner {
  readonly id: string;
  readonly name: string;
  readonly startedAt?: number | undefined;
}

export interface NetworkSharingOptions {
  readonly engine: Pick<ContainerEngine, "list">;
  readonly log: Pick<Log, "warn">;
  /** The host's clock: milliseconds since 1970. */
  readonly clock?: () => number;
}

interface Known extends Sharer {
  /** Id or name of the container whose network it has. */
  readonly owner: string;
}

/**
 * Which containers of the engine, labeled or not, have the network of another one. They lose it when that one is restarted, until
 * they are restarted too. The watcher tells of every container.
 */
export class NetworkSharing {
  readonly #options: NetworkSharingOptions;
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<() => void>();

  constructor(options: NetworkSharingOptions) {
    this.#options = options;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Every container of the engine. */
  listed(containers: readonly ListedContainer[]): void {
    const before = [...this.#known.keys()].join();
    this.#known.clear();
    for (const container of containers) this.#note(container, this.#startOf(container));
    if ([...this.#known.keys()].join() !== before) this.#tell();
  }

  heard({ kind, id, name, time }: ContainerEvent): void {
    const known = this.#known.get(id);
    if (kind === "started") void this.#look(id, time ?? this.#now());
    if (known === undefined) return;
    if (kind === "destroyed") this.#known.delete(id);
    else if (kind === "died") this.#known.set(id, { ...known, running: false, startedAt: undefined });
    else if (kind === "renamed") this.#known.set(id, { ...known, name });
    else return;
    this.#tell();
  }

  /** By name. */
  sharersOf(owner: NetworkOwner): readonly Sharer[] {
    return [...this.#known.values()]
      .filter((each) => each.owner === owner.id || each.owner === owner.name)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Those that run since before the container was started: they have lost their network. */
  cutOffFrom(owner: NetworkOwner): readonly Sharer[] {
    const { startedAt: since } = owner;
    if (since === undefined) return [];
    return this.sharersOf(owner).filter(({ running, startedAt = 0 }) => running && startedAt < since);
  }

  async #look(id: string, startedAt: number): Promise<void> {
    try {
      const found = (await this.#options.engine.list(id)).find((each) => each.id === id);
      if (found !== undefined && this.#note(found, startedAt)) this.#tell();
    } catch (thrown) {
      const reason = KeyholdError.from(thrown, "the engine did not say").describe();
      this.#options.log.warn({ container: id, reason }, "cannot tell whose network a container has");
    }
  }

  #note({ id, name, running, networkOf }: ListedContainer, startedAt: number | undefined): boolean {
    if (networkOf === undefined) return false;
    this.#known.set(id, { id, name, running, owner: networkOf, startedAt: running ? startedAt : undefined });
    return true;
  }

  #startOf({ upFor }: ListedContainer): number | undefined {
    return upFor === undefined ? undefined : this.#now() - upFor;
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
