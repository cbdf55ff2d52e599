import type { OutagePolicy, TargetSource, TargetState } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ControlPlaneSession } from "../session/session.ts";
import type { SealedCache } from "./sealed-cache.ts";
import { judge, type LastWord, type OutageOutcome } from "./verdict.ts";

export type ControlPlane = Pick<
  ControlPlaneSession,
  | ("connected" | "silence" | "isCurrent" | "peek" | "prefetch" | "release" | "untilCurrent" | "isPinned")
  | ("onChange" | "onConnected" | "onDisconnected" | "onRevoked")
>;

export interface LastGoodOptions {
  readonly session: ControlPlane;
  readonly cache: Pick<
    SealedCache,
    "targets" | "bundle" | "age" | "keep" | "forget" | "contact" | "retry" | "destroy"
  >;
  readonly log: Pick<Log, "info">;
  /** For whoever counts: a start had to do without the control plane, and this became of it. */
  readonly onOutageStart?: (outcome: OutageOutcome) => void;
}

/**
 * Milliseconds after the agent's start, and after a stream broke, in which a start waits for the stream although it could go on
 * with the last values: an agent that was replaced, or a server that was restarted, is back within that time, and values that have
 * changed meanwhile would mean a restart right after the start. Later the control plane is known to be away, and nobody waits.
 */
const GRACE = 1_000;
/** Between two notes that the control plane is in contact still: so much older may things look after a power cut. */
const CONTACT_EVERY = 60_000;
/** For an exec: its container has started with these values, or newer ones. */
const ANYTHING: OutagePolicy = { onOutage: "last-good", maxAge: Number.POSITIVE_INFINITY };

/**
 * The control plane with a memory: what it says passes through and is kept, sealed, for the targets that containers need; and while
 * it does not answer, a start is given the last good values, as far as the container's labels allow that.
 */
export class LastGood implements TargetSource {
  readonly #options: LastGoodOptions;
  /** What containers of this host need, so what is kept. */
  readonly #wanted = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LastGoodOptions) {
    this.#options = options;
  }

  /** Begins to listen, and asks about everything that is kept: whatever is refused meanwhile has to be forgotten. */
  start(): void {
    const { session, cache } = this.#options;
    this.#unsubscribe.push(
      session.onChange((state) => this.#hear(state)),
      session.onConnected(() => this.#inContact()),
      session.onDisconnected((current) => cache.contact(current)),
      session.onRevoked(() => void cache.destroy()),
    );
    for (const target of cache.targets()) this.prefetch(target);
    this.#timer = setInterval(() => {
      this.#inContact();
      cache.retry();
    }, CONTACT_EVERY);
  }

  close(): void {
    this.#inContact();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    clearInterval(this.#timer);
  }

  get connected(): boolean {
    return this.#options.session.connected;
  }

  /** Only what the control plane has said to this agent: what was kept from before is no reason to change anything that runs. */
  peek(target: string): TargetState | undefined {
    return this.#options.session.peek(target);
  }

  onChange(listener: (state: TargetState) => void): () => void {
    return this.#options.session.onChange(listener);
  }

  prefetch(target: string): void {
    const { session } = this.#options;
    if (!this.#wanted.has(target)) {
      this.#wanted.add(target);
      // Watched for another reason already, so that no change would tell of it.
      const held = session.peek(target);
      if (held !== undefined) this.#hear(held);
    }
    session.prefetch(target);
  }

  release(target: string): void {
    if (this.#options.session.isPinned(target)) return;
    this.#wanted.delete(target);
    this.#options.cache.forget(target);
    this.#options.session.release(target);
  }

  async obtain(target: string, timeout = 3_000, outage?: OutagePolicy): Promise<TargetState> {
    const { session, onOutageStart } = this.#options;
    this.prefetch(target);
    if (session.isCurrent(target)) return session.untilCurrent(target, timeout);
    try {
      return await session.untilCurrent(target, this.#patience(target, timeout, outage ?? ANYTHING));
    } catch (thrown) {
      const error = KeyholdError.from(thrown, "the control plane could not be asked");
      if (error.code !== "unavailable" && error.code !== "timeout") throw error;
      const { outcome, why } = judge(this.#lastWord(target), outage ?? ANYTHING);
      if (outage !== undefined) onOutageStart?.(outcome);
      return this.#lastGood(target, outcome, why, error);
    }
  }

  /** Whether a start of a container that allows this would be given values now. Asks nobody, and counts nothing. */
  has(target: string, outage: OutagePolicy): boolean {
    const { session, cache } = this.#options;
    if (session.isCurrent(target)) return session.peek(target)?.kind === "bundle";
    return judge(this.#lastWord(target), outage).outcome === "served" && cache.bundle(target) !== undefined;
  }

  #patience(target: string, timeout: number, outage: OutagePolicy): number {
    const { session } = this.#options;
    if (session.connected || judge(this.#lastWord(target), outage).outcome !== "served") return timeout;
    return Math.min(timeout, Math.max(0, GRACE - session.silence));
  }

  #lastWord(target: string): LastWord {
    const { session, cache } = this.#options;
    if (session.peek(target)?.kind === "refused") return { kind: "refusal" };
    const age = cache.age(target);
    return age === undefined ? { kind: "nothing" } : { kind: "values", age };
  }

  #lastGood(target: string, outcome: OutageOutcome, why: string, error: KeyholdError): TargetState {
    const { session, cache, log } = this.#options;
    const refused = session.peek(target);
    if (refused?.kind === "refused") return refused;
    const bundle = cache.bundle(target);
    if (outcome === "served" && bundle !== undefined) {
      const milliseconds = Math.round(cache.age(target) ?? 0);
      log.info({ target, revision: bundle.revision, milliseconds }, "using the last good values of a target");
      return { kind: "bundle", target, bundle };
    }
    throw new KeyholdError({
      code: "unavailable",
      message: `${why}; ${error.message}`,
      next: error.next,
      cause: error,
    });
  }

  #hear(state: TargetState): void {
    if (!this.#wanted.has(state.target)) return;
    if (state.kind === "bundle") this.#options.cache.keep(state.bundle);
    else this.#options.cache.forget(state.target);
  }

  #inContact(): void {
    const { session, cache } = this.#options;
    cache.contact(new Set(cache.targets().filter((target) => session.isCurrent(target))));
  }
}
