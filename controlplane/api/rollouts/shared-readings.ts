import type { SecretName } from "../../../common/resource-name.ts";
import type { RolloutReading } from "./rollout-status.ts";

export interface SharedReadingsOptions {
  readonly read: (name: SecretName, version: number) => Promise<RolloutReading>;
  /**
   * Calls the listener whenever what was read of an organization may not hold any more; undefined: of any organization.
   * @returns how to stop
   */
  readonly onNews: (listener: (organization: string | undefined) => void) => () => void;
  /** Between two readings if there is no news: of other servers, and of time itself, there is none. Milliseconds. */
  readonly every: number;
  /** Between two readings at least, however much news there is. Milliseconds. */
  readonly pause: number;
}

/** One who follows what is read of a version of a secret. */
export interface Follower {
  /** The newest reading that it has not been given, as soon as there is one; undefined once it is closed. */
  next(): Promise<RolloutReading | undefined>;
  close(): void;
}

/**
 * Reads how far a version of a secret is, again and again while somebody follows it. However many follow the same version, it
 * is read once for all of them.
 */
export class SharedReadings {
  readonly #options: SharedReadingsOptions;
  readonly #groups = new Map<string, Group>();
  readonly #unsubscribe: () => void;
  #count = 0;

  constructor(options: SharedReadingsOptions) {
    this.#options = options;
    this.#unsubscribe = options.onNews((organization) => {
      for (const group of this.#groups.values())
        if (organization === undefined || group.organization === organization) group.news();
    });
  }

  /** How many times something was read. */
  get count(): number {
    return this.#count;
  }

  follow(name: SecretName, version: number): Follower {
    const key = `${name.name} ${version}`;
    const read = () => {
      this.#count += 1;
      return this.#options.read(name, version);
    };
    const group = this.#groups.get(key) ?? new Group(name.scope.organization, read, this.#options);
    this.#groups.set(key, group);
    const follower = new OneFollower(() => {
      group.leave(follower);
      if (group.isEmpty) this.#groups.delete(key);
    });
    group.join(follower);
    return follower;
  }

  /** Closes every follower. */
  close(): void {
    this.#unsubscribe();
    for (const group of [...this.#groups.values()]) group.closeAll();
  }
}

/** All who follow one version of one secret. */
class Group {
  readonly organization: string;
  readonly #read: () => Promise<RolloutReading>;
  readonly #options: Pick<SharedReadingsOptions, "every" | "pause">;
  /** To the first reading that is new enough for it: one that began after it joined. */
  readonly #followers = new Map<OneFollower, number>();
  /** Readings begun. */
  #round = 0;
  #isDue = false;
  #isReading = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    organization: string,
    read: () => Promise<RolloutReading>,
    options: Pick<SharedReadingsOptions, "every" | "pause">,
  ) {
    this.organization = organization;
    this.#read = read;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#followers.size === 0;
  }

  join(follower: OneFollower): void {
    this.#followers.set(follower, this.#round + 1);
    this.news();
  }

  leave(follower: OneFollower): void {
    this.#followers.delete(follower);
    if (this.isEmpty) clearTimeout(this.#timer);
  }

  closeAll(): void {
    for (const follower of [...this.#followers.keys()]) follower.close();
  }

  news(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    if (!this.#isReading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    clearTimeout(this.#timer);
    while (this.#isDue && !this.isEmpty) {
      this.#isDue = false;
      await this.#readOnce();
      await new Promise((resolve) => setTimeout(resolve, this.#options.pause));
    }
    this.#isReading = false;
    if (this.isEmpty) return;
    this.#timer = setTimeout(() => this.news(), this.#options.every);
    this.#timer.unref();
  }

  async #readOnce(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    const reading = await this.#read().then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    );
    for (const [follower, first] of this.#followers) if (first <= round) follower.give(reading);
  }
}

type Given = { readonly value: RolloutReading } | { readonly thrown: unknown };

class OneFollower implements Follower {
  readonly #leave: () => void;
  #given: Given | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** What it has not looked at yet is replaced: only the newest counts. */
  give(given: Given): void {
    this.#given = given;
    this.#wake?.();
  }

  async next(): Promise<RolloutReading | undefined> {
    if (this.#given === undefined && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const given = this.#given;
    this.#given = undefined;
    if (this.#isClosed || given === undefined) return undefined;
    if ("thrown" in given) throw given.thrown;
    return given.value;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leave();
    this.#wake?.();
  }
}
