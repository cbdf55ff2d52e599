import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { ROLLOUT_STATES, type RolloutState } from "../rollout/records/rollout-records.ts";
import type { RolloutMeter } from "../rollout/witness.ts";

const STEPS = ["given", "ended", "failed"] as const;
/** From a file on one host to a group that restarts for half an hour. Seconds. */
const PROPAGATION = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
const RESULTS = ["done", "refused"] as const;

/** Rollouts, as far as this server has brought them; their states are those of the database. */
export class RolloutMetrics implements RolloutMeter {
  readonly #steps: Counter<"what">;
  readonly #propagation: Histogram;
  readonly #halted: Counter;
  readonly #writtenBack: Counter<"result">;

  constructor(registry: Registry, countByState: () => Promise<ReadonlyMap<RolloutState, number>>) {
    const registers = [registry];
    new Gauge({
      name: "keyhold_rollouts",
      help: "Rollouts kept, by state: running, waiting, done, halted, rolled_back, superseded.",
      labelNames: ["state"],
      registers,
      async collect() {
        const counts = await countByState();
        for (const state of ROLLOUT_STATES) this.set({ state: state.toLowerCase() }, counts.get(state) ?? 0);
      },
    });
    this.#steps = new Counter({
      name: "keyhold_rollout_steps_total",
      help: "Turns of containers of a group: given, ended well (or with nothing to do), failed.",
      labelNames: ["what"],
      registers,
    });
    this.#propagation = new Histogram({
      name: "keyhold_propagation_seconds",
      help: "From the write of a version until a running container works with it, for each container.",
      buckets: PROPAGATION,
      registers,
    });
    this.#halted = new Counter({
      name: "keyhold_rollouts_halted_total",
      help: "Times that a rollout halted, because a container did not become healthy.",
      registers,
    });
    this.#writtenBack = new Counter({
      name: "keyhold_rollouts_written_back_total",
      help: "Versions that were to be taken back when their rollout halted: done, or refused.",
      labelNames: ["result"],
      registers,
    });
    for (const what of STEPS) this.#steps.inc({ what }, 0);
    for (const result of RESULTS) this.#writtenBack.inc({ result }, 0);
  }

  step(what: (typeof STEPS)[number]): void {
    this.#steps.inc({ what });
  }

  delivered(containers: number, seconds: number): void {
    for (let left = containers; left > 0; left -= 1) this.#propagation.observe(seconds);
  }

  halted(): void {
    this.#halted.inc();
  }

  writtenBack(result: (typeof RESULTS)[number]): void {
    this.#writtenBack.inc({ result });
  }
}
