import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../common/log.ts";
import type { Change } from "../database/change.ts";
import type { Database } from "../stores/stores.ts";
import { carryOut, type IsConnected, type Outcome } from "./carry-out.ts";
import { isToBeTakenBack, type MayWrite, takeBack } from "./write-back.ts";

/** What became of steps and rollouts, for whoever counts and logs it. */
export interface Witness {
  looked(outcome: Outcome): void;
  tookBack(outcome: Outcome["progress"][number]): void;
}

export interface ConductorOptions {
  readonly database: Database;
  readonly isConnected: IsConnected;
  /** Whether a container of a group is known to be on this node (a resource name). */
  readonly hasGroup: (node: string) => boolean;
  /** Containers of this node may have been given their turn: its stream, if it is here, is to look. */
  readonly tell: (node: string) => void;
  readonly witness: Witness;
  /** Asked before a version is written back in the name of the principal that wrote the one in its place. */
  readonly mayWrite: MayWrite;
  readonly log: Pick<Log, "error">;
  /** Milliseconds. */
  readonly every?: number;
}

/** Something that was not heard of, or failed, is made up for after so long. Milliseconds. */
const EVERY = 15_000;

/** Between two looks. Milliseconds. */
const LONGEST_PAUSE = 200;

/**
 * Looks at the rollouts of an organization whenever something may have changed for them: a container was reported on, a secret
 * written, a node revoked, by whichever server. Keeps nothing but what to look at next: whatever a server was about to do when it
 * was killed, the next look finds it.
 */
export class Conductor {
  readonly #options: ConductorOptions;
  /** Organizations in which a rollout is under way. */
  readonly #busy = new Set<string>();
  /** Organizations to be looked at. */
  readonly #due = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  /** Outside of the calls and transactions that changes are heard in: what is done here is the server's doing. */
  readonly #detached = AsyncLocalStorage.snapshot();
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#unsubscribe = options.database.changes.onChange((changes) => this.#heard(changes));
    this.#timer = setInterval(() => this.sweep(), options.every ?? EVERY);
    this.#timer.unref();
  }

  /** Something about this node (a resource name) was written down. */
  reported(node: string): void {
    const [, organization = ""] = node.split("/");
    if (this.#busy.has(organization) || this.#options.hasGroup(node)) this.#look(organization);
  }

  /** Looks wherever something is under way. Call it once at the start. */
  sweep(): void {
    this.#begin(async () => {
      for (const organization of await this.#options.database.rollouts.busyOrganizations()) {
        this.#busy.add(organization);
        this.#due.add(organization);
      }
    });
  }

  /** Resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#looking;
  }

  #heard(changes: readonly Change[]): void {
    for (const { kind, organization, resource } of changes) {
      if (kind === "gap") this.sweep();
      if (organization === undefined) continue;
      if (kind === "rollout-step") this.#options.tell(resource);
      // Its rollout began in the same transaction.
      if (kind === "secret" || kind === "rollout") this.#busy.add(organization);
      if (kind === "secret" || this.#busy.has(organization)) this.#look(organization);
    }
  }

  #look(organization: string): void {
    this.#due.add(organization);
    this.#begin(async () => undefined);
  }

  /** One look after the other; what comes meanwhile is looked at once. */
  #begin(first: () => Promise<void>): void {
    if (this.#closed || this.#looking !== undefined) return;
    this.#looking = this.#detached(() => this.#lookAtAll(first)).finally(() => {
      this.#looking = undefined;
      if (this.#due.size > 0) this.#begin(async () => undefined);
    });
  }

  async #lookAtAll(first: () => Promise<void>): Promise<void> {
    await this.#logged("", first);
    for (const organization of this.#due) {
      if (this.#closed) return;
      this.#due.delete(organization);
      const began = performance.now();
      await this.#logged(organization, () => this.#lookAt(organization));
      // In a large organization reports come faster than looks are done: half of the time is for everything else.
      if (!this.#closed) await sleep(Math.min(performance.now() - began, LONGEST_PAUSE));
    }
  }

  async #lookAt(organization: string): Promise<void> {
    const { database, isConnected, witness, mayWrite } = this.#options;
    const outcome = await carryOut(database, organization, isConnected);
    witness.looked(outcome);
    const active = await database.rollouts.active(organization);
    for (const rollout of active.filter(isToBeTakenBack)) {
      const found = await takeBack(database, rollout, mayWrite);
      if (found !== undefined) witness.tookBack({ rollout, found });
    }
    const steps = await database.rollouts.steps(organization);
    if (active.length + steps.length > 0) this.#busy.add(organization);
    else this.#busy.delete(organization);
  }

  /** The next sweep, or whatever happens next, tries again. */
  async #logged(organization: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      if (this.#closed) return;
      this.#options.log.error({ organization, err }, "Rollouts could not be looked at, this is tried again");
    }
  }
}
