/** So many takeovers within so long are no agent that comes back: somebody runs a copy of a state directory. Milliseconds. */
const [ENOUGH, WITHIN] = [3, 120_000];

/**
 * Finds nodes whose stream several agents take from each other. An agent that comes back after a broken connection takes over its own
 * stream once; two agents with one identity do so for as long as both run.
 */
export class Contests {
  readonly #now: () => number;
  /** When streams were taken over lately, by the node's uid. */
  readonly #takeovers = new Map<string, readonly number[]>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Notes that a stream was taken over. @returns whether that makes the node contested, which it was not before */
  takenOver(uid: string): boolean {
    const before = this.isContested(uid);
    this.#takeovers.set(uid, [...this.#recent(uid), this.#now()].slice(-ENOUGH));
    return !before && this.isContested(uid);
  }

  isContested(uid: string): boolean {
    return this.#recent(uid).length >= ENOUGH;
  }

  get count(): number {
    for (const uid of this.#takeovers.keys()) if (this.#recent(uid).length === 0) this.#takeovers.delete(uid);
    return [...this.#takeovers.keys()].filter((uid) => this.isContested(uid)).length;
  }

  #recent(uid: string): readonly number[] {
    const since = this.#now() - WITHIN;
    return (this.#takeovers.get(uid) ?? []).filter((time) => time > since);
  }
}
