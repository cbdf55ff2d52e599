import { backoffDelay, RECONNECT, sleep } from "../../common/backoff.ts";
import type { TargetSource, TargetState } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { StatusCodec } from "../../common/grpc/status.ts";
import { Listeners } from "../../common/listeners.ts";
import type { Log } from "../../common/log.ts";
import { DELIVERED_KINDS, kindMessage } from "../../common/workload/secret-kind.ts";
import type { Report } from "../../proto/gen/keyhold/v1/Report.ts";
import type { SubscribeRequest } from "../../proto/gen/keyhold/v1/SubscribeRequest.ts";
import { type SubscribeCall, untilEnded } from "./attempt.ts";
import { readMessage } from "./messages.ts";
import { EMPTY, isCurrent, type SessionEffect, type SessionEvent, type SessionState, step } from "./state.ts";
import { Unheard } from "./unheard.ts";
import { Waiting } from "./waiting.ts";

export interface SessionOptions {
  /** Opens a call of AgentService.Subscribe on the node port. */
  readonly subscribe: () => SubscribeCall;
  /** `host:port`, for messages to people. */
  readonly server: string;
  readonly agentVersion: string;
  readonly errors: Pick<StatusCodec, "fromServiceError">;
  readonly log: Log;
  /** Milliseconds; need not be the time of day. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Between two attempts: milliseconds. */
  readonly pause?: typeof sleep;
  /** Called when an attempt to connect has failed, and another follows. Must not throw. */
  readonly failed?: () => void;
}

/** Milliseconds. */
const DEFAULT_TIMEOUT = 3000;
/** A stream that lived this long was healthy: the next failure starts with the shortest wait again. */
const HEALTHY_AFTER = 10_000;
const TICK = 1000;

/**
 * The agent's side of the stream: keeps one Subscribe call open, and what it said in memory. Between two streams the last
 * good values are answered. Ends by itself only if the node was revoked; then what is held stays for containers that run, and
 * none is started with it.
 */
export class ControlPlaneSession implements TargetSource {
  readonly #options: SessionOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #waiting = new Waiting();
  readonly #changes = new Listeners<TargetState>();
  readonly #connections = new Listeners<void>();
  readonly #enrollments = new Listeners<void>();
  readonly #steps = new Listeners<{ readonly id: string; readonly container: string }>();
  readonly #losses = new Listeners<ReadonlySet<string>>();
  readonly #revocations = new Listeners<void>();
  readonly #stopping = new AbortController();
  #state: SessionState = EMPTY;
  #pinned: ReadonlySet<string> = new Set();
  #call: SubscribeCall | undefined;
  /** Of {@link #call}. */
  #unheard = new Unheard();
  #running: Promise<void> | undefined;
  /** Since when there is no stream; of {@link #now}. */
  #silentSince: number;
  /** Why the last stream ended. */
  #failure: KeyholdError | undefined;
  /** Set once: no further attempt will be made. */
  #stopped: KeyholdError | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#log = options.log.child({ component: "session", address: options.server });
    this.#now = options.now ?? (() => performance.now());
    this.#silentSince = this.#now();
  }

  /** Connects, and goes on connecting. Returns at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the stream; obtain() fails from now on, peek() still answers. */
  async close(): Promise<void> {
    this.#stop(
      new KeyholdError({ code: "unavailable", message: "the agent is stopping", next: "start it again" }),
    );
    this.#stopping.abort();
    this.#call?.cancel();
    await this.#running;
  }

  get connected(): boolean {
    return this.#state.stream.kind === "at";
  }

  /** Why no further stream is tried: the node was revoked. Undefined while streams are opened. */
  get refusal(): KeyholdError | undefined {
    return this.#stopped?.code === "denied" ? this.#stopped : undefined;
  }

  /** Resource names of the projects that the node was enrolled for, as far as the control plane has said. */
  get projects(): readonly string[] {
    return this.#state.projects;
  }

  /** Milliseconds without a stream until now, since the start or since the last one ended; 0 while there is one. */
  get silence(): number {
    return this.connected ? 0 : this.#now() - this.#silentSince;
  }

  /** Whether what {@link peek} answers is the control plane's word of now. */
  isCurrent(target: string): boolean {
    return isCurrent(this.#state, target);
  }

  async obtain(target: string, timeout = DEFAULT_TIMEOUT): Promise<TargetState> {
    const held = this.#stopped === undefined ? this.peek(target) : undefined;
    return held ?? this.untilCurrent(target, timeout);
  }

  /** Like {@link obtain}, but what was said on an earlier stream is no answer. */
  async untilCurrent(target: string, timeout = DEFAULT_TIMEOUT): Promise<TargetState> {
    // Whoever is shut out starts nothing more, also not with what it was told before; what runs is answered by peek().
    if (this.#stopped !== undefined) throw this.#stopped;
    const held = this.peek(target);
    if (held !== undefined && this.isCurrent(target)) return held;
    this.prefetch(target);
    return this.#waiting.wait(target, timeout, () => this.#unavailable(target, timeout));
  }

  prefetch(target: string): void {
    this.#dispatch({ kind: "want", target, now: this.#now() });
  }

  peek(target: string): TargetState | undefined {
    return this.#state.held.get(target);
  }

  /** From now on these targets, and no others, are held although no container needs them. */
  pin(targets: readonly string[]): void {
    this.#pinned = new Set(targets);
  }

  isPinned(target: string): boolean {
    return this.#pinned.has(target);
  }

  release(target: string): void {
    if (!this.isPinned(target)) this.#dispatch({ kind: "release", target });
  }

  onChange(listener: (state: TargetState) => void): () => void {
    return this.#changes.add(listener);
  }

  /** Called after each snapshot: the moment to send a complete report, as the server may have forgotten the last one. */
  onConnected(listener: () => void): () => void {
    return this.#connections.add(listener);
  }

  /** Called when the node is enrolled for other projects than before, while the stream is up. */
  onProjects(listener: () => void): () => void {
    return this.#enrollments.add(listener);
  }

  /** Called when a stream has ended, with the targets that were current until then. */
  onDisconnected(listener: (current: ReadonlySet<string>) => void): () => void {
    return this.#losses.add(listener);
  }

  /** Called once, when the control plane has said that this host is no node any more. */
  onRevoked(listener: () => void): () => void {
    return this.#revocations.add(listener);
  }

  /** Called for each step that the control plane gives a container of a group; the same one may come twice. */
  onStep(listener: (step: { readonly id: string; readonly container: string }) => void): () => void {
    return this.#steps.add(listener);
  }

  /** Sends what containers run with. @returns false if there is no stream; the next {@link onConnected} makes up for it */
  report(report: Report): boolean {
    if (!this.connected || this.#call === undefined) return false;
    this.#send({ report });
    return true;
  }

  async #run(): Promise<void> {
    const timer = setInterval(() => this.#tick(), TICK);
    try {
      await this.#reconnecting();
    } finally {
      clearInterval(timer);
    }
  }

  async #reconnecting(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      const began = this.#now();
      const failure = await this.#attempt();
      if (this.#stopping.signal.aborted) return;
      if (isPermanent(failure)) return this.#giveUp(failure);
      if (this.#now() - began >= HEALTHY_AFTER) attempt = 0;
      const delay = backoffDelay(RECONNECT, attempt, (this.#options.random ?? Math.random)());
      this.#log.warn(
        { reason: failure.message, next: failure.next ?? "", attempt, milliseconds: delay },
        "Not connected to the control plane, trying again",
      );
      this.#options.failed?.();
      await (this.#options.pause ?? sleep)(delay, this.#stopping.signal);
    }
  }

  async #attempt(): Promise<KeyholdError> {
    const call = this.#options.subscribe();
    const ended = untilEnded(call, {
      received: (response) => {
        if (this.#call !== call) return;
        const { step } = response;
        if (step) this.#steps.call({ id: step.id, container: step.containerId }, this.#log);
        const message = readMessage(response);
        if (message === undefined) return;
        if (message.kind === "increment") this.#unheard.heard(message.requests);
        this.#receive({ kind: "message", message });
      },
    });
    this.#call = call;
    this.#unheard = new Unheard();
    this.#dispatch({ kind: "opened", now: this.#now() });
    const failure = this.#options.errors.fromServiceError(await ended, this.#options.server);
    // After a resubscribe the call ends as cancelled by us: the reason is the one noted then.
    if (this.#call === call) this.#failure = failure;
    this.#call = undefined;
    this.#dispatch({ kind: "ended" });
    return this.#failure ?? failure;
  }

  #receive(event: SessionEvent): void {
    const before = this.connected;
    const { projects } = this.#state;
    this.#dispatch(event);
    if (this.#state.stream.kind !== "at") return;
    if (before && projects !== this.#state.projects) this.#enrollments.call(undefined, this.#log);
    if (before) return;
    this.#failure = undefined;
    const { revision } = this.#state.stream;
    this.#log.info({ revision, count: this.#state.wanted.size }, "Connected to the control plane");
    this.#connections.call(undefined, this.#log);
  }

  #dispatch(event: SessionEvent): void {
    const before = this.#state;
    const { state, effects } = step(before, event);
    this.#state = state;
    if (before.stream.kind === "at" && state.stream.kind !== "at") this.#lost(before);
    for (const effect of effects) this.#apply(effect);
  }

  #lost(before: SessionState): void {
    this.#silentSince = this.#now();
    const current = [...before.held.keys()].filter((target) => isCurrent(before, target));
    this.#losses.call(new Set(current), this.#log);
  }

  #apply(effect: SessionEffect): void {
    if (effect.kind === "answered") this.#waiting.answer(effect.state);
    else if (effect.kind === "changed") this.#changes.call(effect.state, this.#log);
    else if (effect.kind === "resubscribe") this.#resubscribe(effect.reason);
    else this.#send(toRequest(effect, this.#options.agentVersion));
  }

  #send(request: SubscribeRequest): void {
    this.#call?.write(request);
    this.#unheard.said(this.#now());
  }

  #tick(): void {
    const now = this.#now();
    this.#dispatch({ kind: "tick", now });
    if (this.connected && this.#unheard.isOverdue(now)) this.#dispatch({ kind: "unheard" });
  }

  #resubscribe(reason: string): void {
    this.#log.warn({ reason }, "The stream missed something, subscribing again");
    this.#failure = new KeyholdError({ code: "unavailable", message: `the stream was restarted: ${reason}` });
    const call = this.#call;
    this.#call = undefined;
    call?.cancel();
  }

  #giveUp(failure: KeyholdError): void {
    const next = failure.next ?? "make a join token (keyhold node join-token) and enrol this node again";
    this.#log.error(
      { reason: failure.message, next, code: failure.code },
      "The control plane does not accept this node, no further attempt is made",
    );
    this.#stop(new KeyholdError({ code: failure.code, message: failure.message, next, cause: failure }));
    this.#revocations.call(undefined, this.#log);
  }

  #stop(error: KeyholdError): void {
    this.#stopped ??= error;
    this.#waiting.fail(() => error);
  }

  #unavailable(target: string, timeout: number): KeyholdError {
    const { server } = this.#options;
    const reason = this.#failure?.message ?? `no answer within ${timeout} ms`;
    return new KeyholdError({
      code: "unavailable",
      message: `the control plane at ${server} did not say what ${target} gets: ${reason}`,
      next: this.#failure?.next ?? "check that the control plane is running and reachable, then try again",
      cause: this.#failure,
    });
  }
}

type Request = Extract<SessionEffect, { kind: "hello" | "watch" | "unwatch" }>;

function toRequest(effect: Request, agentVersion: string): SubscribeRequest {
  if (effect.kind === "hello") {
    const secretKinds = DELIVERED_KINDS.map(kindMessage);
    return { hello: { agentVersion, targets: [...effect.targets], secretKinds } };
  }
  const targets = [effect.target];
  return effect.kind === "watch" ? { watch: { targets } } : { unwatch: { targets } };
}

/** Trying again cannot help: a person decided it. Everything else may pass, also what looks like a certificate problem. */
function isPermanent(failure: KeyholdError): boolean {
  return failure.code === "denied";
}
