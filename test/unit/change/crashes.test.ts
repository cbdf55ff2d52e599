import fc from "fast-check";
import { expect, test } from "vitest";
import { hasFailed, isUnderWay } from "../../../agent/inject/plan/attempt.ts";
import { decide } from "../../../controlplane/rollout/decide.ts";
import type { Lease, Member } from "../../../controlplane/rollout/member.ts";
import { env } from "../inject/samples.ts";
import { REFUSED } from "./samples.ts";
import { ChangeWorld, HEALTHY_AFTER_MS } from "./world.ts";

/*
 * One host whose agent is killed at any point, whose values and containers do what they like, and the control plane's own decision
 * on reports that come late. Engine, injector and control plane's edges are in memory; what decides is real on both sides.
 */

const SINGLES = ["a", "b", "c", "d", "e"];
const GROUPED = ["g1", "g2", "g3"];
const WINDOWED = "w";
/** Opens two seconds after the world begins, for a minute each day. */
const WINDOW = "00:00-00:01 UTC";
const DAY = 86_400_000;
const ALL = [...SINGLES, ...GROUPED, WINDOWED];

type Action =
  /** `change` lets it be quiet afterwards. */
  | { readonly do: "say" | "change"; readonly value: number }
  | { readonly do: "pass"; readonly milliseconds: number }
  | { readonly do: "end" | "stop" | "start" | "sicken" | "cure"; readonly container: string }
  /** Of those that were restarted and are waited for, the first. */
  | { readonly do: "end the first" | "sicken the first" | "cure the first" }
  | { readonly do: "kill" | "kill for long" | "report" | "repeat" | "hold" | "release" }
  | { readonly do: "breathe"; readonly turns: number };

const some = <const T extends string>(...names: readonly T[]) => fc.constantFrom(...names);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: some("say", "change", "change"), value: fc.nat({ max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: some("pass"),
      milliseconds: fc.constantFrom(30, 100, 1_000, 1_000, HEALTHY_AFTER_MS, HEALTHY_AFTER_MS, DAY / 2, DAY),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: some("end", "stop", "start", "sicken", "cure"), container: some(...ALL) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: some("end the first", "sicken the first", "cure the first", "cure the first"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: some("kill", "kill for long", "report", "report", "repeat", "repeat", "hold", "release", "release"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: some("breathe"), turns: fc.integer({ min: 1, max: 4 }) }) },
);

class Host extends ChangeWorld {
  readonly violations: string[] = [];
  #leases: readonly Lease[] = [];
  /** What may be on its way still. */
  #given: readonly Lease[] = [];
  #steps = 0;
  readonly #wantedAt = new Map<string, number>();
  /** Values have come since the last look: they may have come after the last question whether it is due still. */
  #fresh = false;
  /** Ended by themselves, or stopped by somebody. */
  readonly #off = new Set<string>();
  /** By step. */
  readonly #restartsOf = new Map<string, number>();

  constructor() {
    super();
    this.say(env("API_KEY", "0"));
    this.coordinator.start();
    // Every second one has a HEALTHCHECK.
    for (const [index, name] of ALL.entries()) {
      const grouped = GROUPED.includes(name) ? { "keyhold.rollout": "web" } : {};
      const windowed = name === WINDOWED ? { "keyhold.window": WINDOW } : {};
      this.run(name, { ...grouped, ...windowed }, { healthcheck: index % 2 === 0 });
      this.check(name, "healthy");
    }
    const restart = this.engine.restart.bind(this.engine);
    this.engine.restart = (id, stopTimeout) => {
      this.#judgeRestart(id);
      return restart(id, stopTimeout);
    };
  }

  async do(action: Action): Promise<void> {
    switch (action.do) {
      case "say":
      case "change":
        this.say(env("API_KEY", String(action.value)));
        this.#fresh = true;
        return action.do === "change" ? this.pass(100) : undefined;
      case "pass":
        await this.pass(action.milliseconds);
        this.#fresh = false;
        return;
      case "end":
      case "stop":
        return this.#end(action.container, action.do === "stop");
      case "start":
        return this.#start(action.container);
      case "sicken":
      case "cure":
        return this.#find(action.container, action.do === "cure");
      case "end the first":
        return this.#end(this.#first(), false);
      case "sicken the first":
      case "cure the first":
        return this.#find(this.#first(), action.do === "cure the first");
      case "kill":
        return this.replaceAgent();
      case "kill for long":
        // The engine asks nobody when it wants to start what it has stopped.
        this.engine.release(REFUSED);
        return this.replaceAgent();
      case "report":
        return this.report();
      case "repeat":
        for (const { id, container } of this.#given) this.coordinator.steps.grant(id, container);
        return;
      case "hold":
        return this.engine.hold();
      case "release":
        return this.engine.release();
      case "breathe":
        for (let attempt = 0; attempt < action.turns; attempt += 1) await Promise.resolve();
    }
  }

  /** Of those that were restarted and are waited for. */
  #first(): string {
    const waited = this.reinjection.records().filter(({ attempt }) => isUnderWay(attempt));
    return waited[0]?.container ?? "a";
  }

  /** What its HEALTHCHECK finds. */
  #find(id: string, healthy: boolean): void {
    if (this.#isUp(id)) this.check(id, healthy ? "healthy" : "unhealthy");
  }

  /** The control plane hears how things stand, and decides. Leases that were not answered are told again. */
  report(): void {
    const { grants, ends, failures } = decide(
      GROUPED.flatMap((id) => this.#memberOf(id)),
      this.#leases,
    );
    const failed = new Set(failures.map(({ lease }) => lease.id));
    this.#leases = this.#leases
      .filter((lease) => !ends.includes(lease))
      .map((lease) => (failed.has(lease.id) ? { ...lease, failed: true } : lease));
    for (const { container, node } of grants) {
      this.#steps += 1;
      const id = `step-${this.#steps}`;
      this.#wantedAt.set(id, this.reinjection.known.get(container)?.wanted.revision ?? 0);
      this.#leases = [...this.#leases, { id, node, container, failed: false }];
    }
    this.#given = this.#leases;
    for (const { id, container } of this.#leases) {
      if (this.standing(container).step !== id) this.coordinator.steps.grant(id, container);
    }
  }

  /** Everybody gets well and has time, again and again, until nothing happens any more. */
  async heal(): Promise<void> {
    this.engine.release();
    for (let round = 0; round < 40; round += 1) {
      await this.pass(1_000);
      for (const name of ALL) {
        this.#start(name);
        this.check(name, "healthy");
      }
      this.report();
      await this.pass(HEALTHY_AFTER_MS);
      this.report();
      // Into the next window, at its first moment.
      await this.pass(DAY - (this.timers.now() % DAY));
    }
  }

  /** Containers that do not run, or lack the values of now. */
  stale(): readonly string[] {
    return this.reinjection
      .records()
      .filter(
        ({ container, given, current }) =>
          !this.#isUp(container) || given.env.API_KEY !== current.env.API_KEY,
      )
      .map(({ container }) => container);
  }

  #end(id: string, asked: boolean): void {
    if (!this.#isUp(id)) return;
    this.#off.add(id);
    this.died(id, asked);
  }

  /** By hand, what ended by itself or was stopped by hand; all else is the agent's. */
  #start(id: string): void {
    if (this.#off.delete(id) && !this.#isUp(id)) this.started(id);
  }

  #isUp(id: string): boolean {
    return this.engine.containers.get(id)?.running === true;
  }

  #memberOf(id: string): Member {
    const { rollout, due, waitingUntil, health, step, problem } = this.standing(id);
    const lease = this.#leases.find((each) => each.container === id);
    const wanted = this.reinjection.known.get(id)?.wanted.revision ?? 0;
    return {
      ...{ node: "n", container: id, name: id, running: this.#isUp(id), due, step, problem },
      ...{
        reachable: true,
        waiting: waitingUntil !== undefined,
        maxUnavailable: rollout?.maxUnavailable ?? 1,
      },
      newer: lease !== undefined && wanted > (this.#wantedAt.get(lease.id) ?? 0),
      health: health === undefined || health === "starting" ? "unknown" : health,
    };
  }

  /** The engine is asked to restart a container: may that be? */
  #judgeRestart(id: string): void {
    const record = this.reinjection.known.get(id);
    const blame = (what: string) => this.violations.push(`${id} was restarted ${what}`);
    if (record === undefined) return void blame("although nothing is known of it");
    const { attempt, given, current } = record;
    const isSame = given.env.API_KEY === current.env.API_KEY;
    if (this.#isUp(id) && isSame && !this.#fresh) blame("although it has its values");
    if (attempt?.phase !== "begun") blame("without a note of it");
    const others = this.reinjection.records().filter((other) => other.container !== id);
    if (GROUPED.includes(id)) this.#judgeGrouped(id, attempt?.step ?? "", others, blame);
    else this.#judgeSingle(id, others, blame);
    if (id === WINDOWED && this.#isUp(id) && this.timers.now() % DAY >= 60_000) blame("outside its window");
  }

  #judgeGrouped(
    id: string,
    step: string,
    others: ReturnType<ChangeWorld["reinjection"]["records"]>,
    blame: (what: string) => void,
  ): void {
    if (!this.#leases.some((lease) => lease.id === step && lease.container === id)) blame("without a step");
    // Asking for it again while the engine is about it, or has failed, is no other restart.
    if (this.#isUp(id)) {
      this.#restartsOf.set(step, (this.#restartsOf.get(step) ?? 0) + 1);
      if (this.#restartsOf.get(step) !== 1) blame("twice for one step");
    }
    const busy = others.filter(
      ({ container, attempt }) => GROUPED.includes(container) && isUnderWay(attempt),
    );
    if (busy.length > 0) blame(`while ${busy.map((each) => each.container).join()} was on its way`);
  }

  #judgeSingle(
    id: string,
    others: ReturnType<ChangeWorld["reinjection"]["records"]>,
    blame: (what: string) => void,
  ): void {
    const record = this.reinjection.known.get(id);
    const singles = others.filter(({ container }) => !GROUPED.includes(container));
    const before = record?.attempt?.failure;
    // One that had failed is down anyway.
    const busy = singles.filter(({ attempt }) => isUnderWay(attempt) && attempt?.failure === undefined);
    if (busy.length > 0 && before === undefined) {
      blame(`while ${busy.map((each) => each.container).join()} was on its way`);
    }
    const halting = singles.find(
      ({ attempt }) =>
        hasFailed(attempt) && (attempt?.failure?.revision ?? -1) >= (record?.wanted.revision ?? 0),
    );
    // One that is down and owed its start loses nothing by it.
    if (halting !== undefined && this.#isUp(id))
      blame(`for values with which ${halting.container} had failed`);
  }
}

test("no kill of the agent, at any point, loses a restart, repeats one or makes one too many", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const host = new Host();
      for (const each of actions) await host.do(each);
      await host.heal();
      expect(host.violations).toEqual([]);
      expect(host.stale()).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);
