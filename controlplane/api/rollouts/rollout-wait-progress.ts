import type { Placing } from "./rollout-status.ts";

/** How long a container that stops, or whose node is away, is waited for: a restart and an agent's upgrade take less. Milliseconds. */
const GRACE = 30_000;

/** Where a wait stands. */
export interface Progress {
  /** What is shown: the containers that are concerned, and those that were when the wait began. */
  readonly placings: readonly Placing[];
  /** Those that are waited for. */
  readonly waited: readonly Placing[];
  /** How many. */
  readonly affected: number;
  /** Those of them that have the version, or a newer one, or have no use for it any more. */
  readonly delivered: number;
  /** One that will not get it. */
  readonly halted: Placing | undefined;
}

/**
 * What a wait for one version remembers between two looks: whom it waits for. A container that was concerned once is waited for
 * until it is gone, so that nobody slips through while it is stopped, or while its agent is.
 */
export class WaitProgress {
  readonly #version: number;
  readonly #now: () => number;
  /** By container; since when it is away, if it is. */
  readonly #waited = new Map<string, number | undefined>();

  constructor(version: number, now: () => number = Date.now) {
    this.#version = version;
    this.#now = now;
  }

  next(all: readonly Placing[]): Progress {
    const placings: Placing[] = [];
    const waited: Placing[] = [];
    let delivered = 0;
    let halted: Placing | undefined;
    for (const placing of all) {
      const key = `${placing.node} ${placing.container.containerId}`;
      if (placing.standing.affected) this.#waited.set(key, undefined);
      const isWaitedFor = this.#isWaitedFor(key, placing);
      const shown = isWaitedFor ? pending(placing) : placing;
      if (placing.standing.concerned || this.#waited.has(key)) placings.push(shown);
      if (!isWaitedFor) continue;
      waited.push(shown);
      if (this.#hasIt(shown)) delivered += 1;
      else if (shown.standing.state === "HALTED") halted ??= shown;
    }
    return { placings, waited, affected: waited.length, delivered, halted };
  }

  /** What a container was given that is not up yet is nobody's. */
  #hasIt({ standing: { state, version }, connected, container }: Placing): boolean {
    if (state === "HALTED" || (connected && container.state !== "RUNNING")) return false;
    return state === "CURRENT" || (this.#version > 0 && version >= this.#version);
  }

  #isWaitedFor(key: string, { standing, connected, container }: Placing): boolean {
    if (!this.#waited.has(key)) return false;
    if (standing.affected) return true;
    const isAway = !connected || container.state !== "RUNNING";
    // If it runs it has no use for it any more, or will have it at its next start only.
    if (!isAway) return standing.state === "CURRENT";
    const since = this.#waited.get(key) ?? this.#now();
    this.#waited.set(key, since);
    return this.#now() - since < GRACE;
  }
}

/** Stopped in the middle of its restart: it is on its way. */
function pending(placing: Placing): Placing {
  const { standing } = placing;
  return standing.state === "NEXT_START"
    ? { ...placing, standing: { ...standing, state: "PENDING" } }
    : placing;
}
