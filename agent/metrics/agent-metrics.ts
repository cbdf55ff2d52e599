import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { OutageOutcome } from "../cache/verdict.ts";
import type { RestartReason } from "../change/watch/reason.ts";
import type { RuntimeAnswer, RuntimeQuestion } from "../runtime/wire.ts";

const OUTCOMES: readonly OutageOutcome[] = ["served", "unknown", "too-old", "not-allowed", "refused-before"];
const REASONS: readonly RestartReason[] = ["env", "files", "env-and-files", "owed", "refused"];
/** From a file on tmpfs to a start that waits for the control plane. Seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is looked up when somebody asks for the metrics. */
export interface AgentState {
  connected(): boolean;
  /** Labelled containers that run. */
  containers(): number;
  /** Of those: a restart is due, is kept back by a failed one. */
  due(): number;
  halted(): number;
  /** Targets whose values are held. */
  cachedTargets(): number;
}

/** What the agent counts while it works. As on the control plane, labels hold only what the program has a fixed list of. */
export class AgentMetrics {
  readonly registry = new Registry();
  readonly #questions: Counter<"question" | "answer">;
  readonly #duration: Histogram<"question">;
  readonly #outage: Counter<"outcome">;
  readonly #restarts: Counter<"reason">;
  readonly #signals: Counter;
  readonly #rewritten: Counter;
  readonly #applied: Histogram;

  constructor() {
    const registers = [this.registry];
    const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
      new Counter<T>({ name, help, labelNames: [...labelNames], registers });
    this.#questions = counter(
      "keyhold_agent_runtime_questions_total",
      "Starts (create) and docker execs (exec) of containers, by answer: unchanged (given, or unlabelled), process, refused.",
      ["question", "answer"],
    );
    this.#duration = new Histogram({
      name: "keyhold_agent_runtime_answer_seconds",
      help: "How long the runtime waited for the answer.",
      labelNames: ["question"],
      buckets: DURATIONS,
      registers,
    });
    this.#outage = counter(
      "keyhold_agent_outage_starts_total",
      "Starts while the control plane did not answer: served from the sealed cache, or why not.",
      ["outcome"],
    );
    this.#restarts = counter(
      "keyhold_agent_restarts_total",
      "Containers restarted for new values, by what differed; owed: an earlier agent had stopped it; refused: its restart policy could not start it while agent or control plane were away.",
      ["reason"],
    );
    this.#signals = counter("keyhold_agent_signals_total", "Containers signalled for new values.");
    this.#rewritten = counter("keyhold_agent_files_rewritten_total", "Files changed in running containers.");
    this.#applied = new Histogram({
      name: "keyhold_agent_apply_seconds",
      help: "From the control plane's message until a running container's files and docker exec have the new values.",
      buckets: DURATIONS,
      registers,
    });
    // A series that is there from the start lets a rate be taken of its first event.
    for (const outcome of OUTCOMES) this.#outage.inc({ outcome }, 0);
    for (const reason of REASONS) this.#restarts.inc({ reason }, 0);
  }

  answered(question: RuntimeQuestion["verb"], answer: RuntimeAnswer["kind"], seconds: number): void {
    this.#questions.inc({ question, answer });
    this.#duration.observe({ question }, seconds);
  }

  outageStart(outcome: OutageOutcome): void {
    this.#outage.inc({ outcome });
  }

  restarted(reason: RestartReason): void {
    this.#restarts.inc({ reason });
  }

  signalled(): void {
    this.#signals.inc();
  }

  rewrote(files: number): void {
    this.#rewritten.inc(files);
  }

  applied(seconds: number): void {
    this.#applied.observe(seconds);
  }

  /** Gauges that are read when the metrics are. */
  watch(state: AgentState): void {
    const add = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    add("keyhold_agent_connected", "1 while the stream to the control plane is open.", () =>
      state.connected() ? 1 : 0,
    );
    add("keyhold_agent_containers", "Labelled containers that run.", () => state.containers());
    add(
      "keyhold_agent_restarts_due",
      "Containers whose restart is due and waits for its turn or window.",
      () => state.due(),
    );
    add(
      "keyhold_agent_halted",
      "Containers that did not become healthy and keep others from being restarted.",
      () => state.halted(),
    );
    add("keyhold_agent_cached_targets", "Workspaces and projects whose last values are kept, sealed.", () =>
      state.cachedTargets(),
    );
  }
}
