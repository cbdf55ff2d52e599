import type { Bundle, TargetState } from "../../agent/bundle.ts";
import { Coordinator } from "../../agent/change/coordinator.ts";
import { Restarter } from "../../agent/change/restarter.ts";
import { compareDelivery } from "../../agent/inject/change.ts";
import { planInjection } from "../../agent/inject/plan.ts";
import { planAgain, recordOf } from "../../agent/inject/record.ts";
import type { ContainerRecord, InjectionChange, Reinjection } from "../../agent/inject/types.ts";
import type { WatchEvent, WatchedContainer } from "../../agent/watch/container-watcher.ts";
import { HandTimers, keepingLog, MemoryEngine } from "./change-samples.ts";
import { bundle, facts, request, TARGET } from "./inject-samples.ts";

/** Plans and compares as the injector does, and writes nothing. */
class MemoryReinjection implements Pick<Reinjection, "records" | "reinject" | "settle"> {
  readonly known = new Map<string, ContainerRecord>();
  readonly rewritten: string[] = [];
  failure: Error | undefined;

  records(): readonly ContainerRecord[] {
    return [...this.known.values()];
  }

  async reinject(container: string, next: Bundle): Promise<InjectionChange | undefined> {
    const record = this.known.get(container);
    if (record === undefined) return undefined;
    if (this.failure !== undefined) throw this.failure;
    const plan = planAgain(record, next);
    const rewritten = plan.files
      .filter(({ path, fingerprint }) => record.current.files[path] !== fingerprint)
      .map(({ path }) => path);
    this.rewritten.push(...rewritten);
    const change = compareDelivery(record, plan, rewritten, "none");
    this.known.set(container, change.record);
    return change;
  }

  async settle(container: string): Promise<void> {
    const record = this.known.get(container);
    if (record === undefined) return;
    this.known.set(container, { ...record, given: { ...record.current, env: record.given.env } });
  }
}

/** One host in memory: engine, watcher, injector and control plane with the real one's rules; coordinator and restarter are real. */
export class ChangeWorld {
  readonly engine = new MemoryEngine();
  readonly timers = new HandTimers();
  readonly log = keepingLog();
  readonly reinjection = new MemoryReinjection();
  readonly #states = new Map<string, TargetState>();
  readonly #watched = new Map<string, WatchedContainer>();
  readonly #changeListeners = new Set<(state: TargetState) => void>();
  readonly #eventListeners = new Set<(event: WatchEvent) => void>();
  #labels: Readonly<Record<string, string>> = {};
  readonly coordinator: Coordinator;

  constructor() {
    const { engine, log } = this;
    const restarter = new Restarter({
      engine,
      log,
      backoff: { initial: 1, maximum: 1, factor: 1, jitter: 0 },
    });
    engine.onStart = (id) => this.started(id);
    this.coordinator = new Coordinator({
      source: {
        peek: (target) => this.#states.get(target),
        onChange: (listener) => subscribe(this.#changeListeners, listener),
      },
      watcher: {
        containers: () => this.#watched,
        onEvent: (listener) => subscribe(this.#eventListeners, listener),
      },
      reinjection: this.reinjection,
      restarter,
      log,
      timers: this.timers,
    });
  }

  /** What the control plane says from now on. */
  say(...secrets: Bundle["secrets"]): void {
    this.#say({ kind: "bundle", target: TARGET, bundle: bundle(...secrets) });
  }

  refuse(): void {
    this.#say({ kind: "refused", target: TARGET, reason: "it was deleted", next: "make it anew" });
  }

  /** `docker run` of a labelled container, with what is said now. */
  run(id: string, labels: Readonly<Record<string, string>> = {}): void {
    this.#labels = { "keyhold.workspace": "acme/ws-1", ...labels };
    this.engine.add(id);
    this.started(id);
  }

  /** The engine starts its process: the runtime asks, then the event comes. */
  started(id: string): void {
    const state = this.#states.get(TARGET);
    if (state?.kind !== "bundle") throw new Error("nobody could be given anything");
    const labels = this.reinjection.known.get(id)?.labels ?? this.#labels;
    const asked = { container: id, request: request(labels), bundle: state.bundle, facts: facts() };
    const record = recordOf(id, { name: id, labels }, facts(), planInjection(asked));
    this.reinjection.known.set(id, record);
    this.#tell("died", id, false);
    this.#tell("started", id, true);
  }

  /** Its process ended; nobody starts it. */
  died(id: string): void {
    this.engine.add(id, false);
    this.#tell("died", id, false);
  }

  /** What an earlier agent left: it was given `secrets`; nobody has told that it runs. */
  inherit(id: string, ...secrets: Bundle["secrets"]): void {
    this.engine.add(id);
    const labels = { "keyhold.workspace": "acme/ws-1" };
    const plan = planInjection({
      container: id,
      request: request(labels),
      bundle: bundle(...secrets),
      facts: facts(),
    });
    this.reinjection.known.set(id, recordOf(id, { name: id, labels }, facts(), plan));
  }

  /** The watcher's first list tells of it. */
  listed(id: string): void {
    this.#tell("started", id, true);
  }

  /** Lets everything happen that can happen without time passing. */
  async settled(): Promise<void> {
    for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets that much time pass, and what it leads to happen. */
  async pass(milliseconds: number): Promise<void> {
    await this.settled();
    this.timers.advance(milliseconds);
    await this.settled();
  }

  messages(): readonly string[] {
    return this.log.lines.map((line) => line.message);
  }

  #say(state: TargetState): void {
    this.#states.set(state.target, state);
    for (const listener of this.#changeListeners) listener(state);
  }

  #tell(kind: WatchEvent["kind"], id: string, running: boolean): void {
    const container = { id, name: id, labels: this.reinjection.known.get(id)?.labels ?? {}, running };
    this.#watched.set(id, container);
    for (const listener of this.#eventListeners) listener({ kind, container });
  }
}

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
