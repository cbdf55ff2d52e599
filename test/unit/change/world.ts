import { Restarter } from "../../../agent/change/act/restarter.ts";
import { Coordinator } from "../../../agent/change/coordinator.ts";
import type { ContainerStatus } from "../../../agent/change/queue/container-status.ts";
import type { RestartAttempt } from "../../../agent/inject/plan/attempt.ts";
import { compareDelivery } from "../../../agent/inject/plan/change.ts";
import { neededSecrets, withHeld } from "../../../agent/inject/plan/held.ts";
import { planInjection } from "../../../agent/inject/plan/plan.ts";
import type { ContainerRecord, InjectionChange, Reinjection } from "../../../agent/inject/plan/types.ts";
import { planAgain, recordOf } from "../../../agent/inject/record.ts";
import type { WatchEvent } from "../../../agent/watch/container-watcher.ts";
import type { WatchedContainer } from "../../../agent/watch/watched-container.ts";
import type { Bundle, TargetState } from "../../../common/bundle.ts";
import { bundle, facts, request, TARGET } from "../inject/samples.ts";
import { HandTimers, keepingLog, MemoryEngine } from "./samples.ts";

/** Plans and compares as the injector does, and writes nothing. */
class MemoryReinjection implements Pick<Reinjection, "records" | "reinject" | "settle" | "updateAttempt"> {
  readonly known = new Map<string, ContainerRecord>();
  readonly rewritten: string[] = [];
  /** What each container was started with. */
  readonly started = new Map<string, Bundle>();
  failure: Error | undefined;

  records(): readonly ContainerRecord[] {
    return [...this.known.values()];
  }

  async reinject(container: string, next: Bundle): Promise<InjectionChange | undefined> {
    const record = this.known.get(container);
    if (record === undefined) return undefined;
    if (this.failure !== undefined) throw this.failure;
    const needed = neededSecrets(request(record.labels), record.facts.env);
    const started = new Map(this.started.get(container)?.secrets.map((each) => [each.id, each]));
    const { bundle: whole, held } = withHeld(next, needed, started);
    const plan = planAgain(record, whole);
    const files = new Map(plan.files.map(({ path, fingerprint }) => [path, fingerprint]));
    const paths = new Set([...files.keys(), ...Object.keys(record.current.files)]);
    const rewritten = [...paths].filter((path) => record.current.files[path] !== files.get(path));
    this.rewritten.push(...rewritten);
    const change = compareDelivery({ ...record, held }, plan, rewritten, "none");
    this.known.set(container, change.record);
    return change;
  }

  async settle(container: string): Promise<void> {
    const record = this.known.get(container);
    if (record === undefined) return;
    const { current, given } = record;
    this.known.set(container, { ...record, given: { ...current, env: given.env }, told: current.env });
  }

  async updateAttempt(
    container: string,
    change: (record: ContainerRecord) => RestartAttempt | undefined,
  ): Promise<boolean> {
    const record = this.known.get(container);
    const attempt = record && change(record);
    if (record === undefined || attempt === undefined || attempt === record.attempt) return false;
    this.known.set(container, { ...record, attempt });
    return true;
  }
}

type Labels = Readonly<Record<string, string>>;

/** Milliseconds. */
export const HEALTHY_AFTER_MS = 5_000;
/** A Saturday, at midnight in UTC. */
const BEGINNING = Date.UTC(2026, 10, 21);

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
  readonly #labels = new Map<string, Labels>();
  /** Containers with a HEALTHCHECK. */
  readonly #checked = new Set<string>();
  #restarter: Restarter;
  coordinator: Coordinator;

  constructor() {
    this.engine.onStop = (id) => this.died(id, true);
    this.engine.onStart = (id) => this.started(id);
    [this.coordinator, this.#restarter] = this.#newAgent();
  }

  /** The host's clock. */
  now(): number {
    return BEGINNING + this.timers.now();
  }

  /** The agent is gone from one moment to the next, and another takes over: what the engine does goes on. */
  replaceAgent(): void {
    this.#restarter.close();
    void this.coordinator.close();
    [this.coordinator, this.#restarter] = this.#newAgent();
    this.coordinator.start();
    for (const container of this.#watched.values()) {
      this.#tell("created", { ...container, running: false });
      if (container.running) this.#tell("started", container);
      else this.#watched.set(container.id, container);
    }
  }

  /** What the control plane says from now on. */
  say(...secrets: Bundle["secrets"]): void {
    this.#say({ kind: "bundle", target: TARGET, bundle: bundle(...secrets) });
  }

  refuse(): void {
    this.#say({ kind: "refused", target: TARGET, reason: "it was deleted", next: "make it anew" });
  }

  /** `docker run` of a labelled container, with what is said now. */
  run(id: string, labels: Labels = {}, options: { readonly healthcheck?: boolean } = {}): void {
    this.#labels.set(id, { "keyhold.workspace": "acme/ws-1", ...labels });
    if (options.healthcheck === true) this.#checked.add(id);
    this.engine.add(id);
    this.started(id);
  }

  /** The engine starts its process: the runtime asks, then the event comes. */
  started(id: string): void {
    const state = this.#states.get(TARGET);
    if (state?.kind !== "bundle") throw new Error("nobody could be given anything");
    const labels = this.#labelsOf(id);
    const asked = { container: id, request: request(labels), bundle: state.bundle, facts: facts() };
    const known = this.reinjection.known.get(id);
    const before = known && { record: known, now: this.now() };
    const record = recordOf(id, { name: id, labels }, facts(), planInjection(asked), before);
    this.reinjection.known.set(id, record);
    this.reinjection.started.set(id, state.bundle);
    this.engine.add(id);
    const check = this.#checked.has(id) ? "starting" : "none";
    this.#tell("started", { id, name: id, labels, running: true, startedAt: this.now(), check });
  }

  /** Its process ended; nobody starts it. */
  died(id: string, asked = true): void {
    this.engine.add(id, false);
    const exit = { at: this.now(), code: asked ? 137 : 7, asked };
    this.#tell("died", { id, name: id, labels: this.#labelsOf(id), running: false, exit });
  }

  /** `docker pause` and `docker unpause`. */
  pause(id: string, paused = true): void {
    const known = this.#watched.get(id);
    if (known !== undefined) this.#tell(paused ? "paused" : "unpaused", { ...known, paused });
  }

  /** Its HEALTHCHECK says so from now on. */
  check(id: string, check: "healthy" | "unhealthy"): void {
    const known = this.#watched.get(id);
    if (known !== undefined) this.#tell("checked", { ...known, check });
  }

  remove(id: string): void {
    this.engine.containers.delete(id);
    this.reinjection.known.delete(id);
    this.#tell("destroyed", { id, name: id, labels: this.#labelsOf(id), running: false });
  }

  /** What an earlier agent left: it was given `secrets`; nobody has told that it runs. */
  inherit(id: string, ...secrets: Bundle["secrets"]): void {
    this.engine.add(id);
    const labels = this.#labelsOf(id);
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
    const labels = this.#labelsOf(id);
    this.#tell("started", { id, name: id, labels, running: true, startedAt: this.now(), check: "none" });
  }

  /** What is reported of it. */
  standing(id: string): ContainerStatus {
    const standing = this.coordinator.steps.statuses().get(id);
    if (standing === undefined) throw new Error(`nothing is reported of ${id}`);
    return standing;
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

  #newAgent(): [Coordinator, Restarter] {
    const { engine, log, timers } = this;
    const backoff = { initial: 1, maximum: 1, factor: 1, jitter: 0 };
    const restarter = new Restarter({ engine, log, backoff });
    const coordinator = new Coordinator({
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
      quiet: { minimum: 100, maximum: 2_000 },
      timers,
      clock: () => this.now(),
      healthyAfter: HEALTHY_AFTER_MS,
    });
    return [coordinator, restarter];
  }

  #labelsOf(id: string): Labels {
    return this.#labels.get(id) ?? { "keyhold.workspace": "acme/ws-1" };
  }

  #say(state: TargetState): void {
    this.#states.set(state.target, state);
    for (const listener of this.#changeListeners) listener(state);
  }

  #tell(kind: WatchEvent["kind"], container: WatchedContainer): void {
    if (kind === "destroyed") this.#watched.delete(container.id);
    else this.#watched.set(container.id, container);
    for (const listener of this.#eventListeners) listener({ kind, container });
  }
}

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
