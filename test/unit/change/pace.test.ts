import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterDue,
  afterRestart,
  mayRestartAt,
  PACE_TIMES,
  type Pace,
} from "../../../agent/change/queue/pace.ts";
import { env } from "../inject/samples.ts";
import { ChangeWorld, HEALTHY_AFTER_MS } from "./world.ts";

const SECOND = 1_000;

describe("the pause of one container", () => {
  /** The moments of `count` restarts, each as soon as it may be. */
  function restarts(count: number): readonly number[] {
    let pace: Pace | undefined;
    return Array.from({ length: count }, () => {
      const at = Math.max(0, mayRestartAt(pace, false, PACE_TIMES));
      pace = afterRestart(afterDue(pace, at, PACE_TIMES), at, false);
      return at;
    });
  }

  test("begins with a second and doubles, up to a minute", () => {
    const seconds = restarts(10).map((at) => at / SECOND);
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test("is over after two minutes without a change, and not before", () => {
    const pace = afterRestart(afterRestart(undefined, 0, false), SECOND, false);
    expect(afterDue(pace, SECOND + PACE_TIMES.quiet - 1, PACE_TIMES)).toMatchObject({ restarts: 2 });
    expect(afterDue(pace, SECOND + PACE_TIMES.quiet, PACE_TIMES)).toBeUndefined();
  });

  test("lasts until it is known how the last restart ended, after three in a row of which that is not known", () => {
    let pace: Pace | undefined;
    for (const at of [0, SECOND, 3 * SECOND]) pace = afterRestart(pace, at, at > 0);
    expect(mayRestartAt(pace, true, PACE_TIMES)).toBe(Number.POSITIVE_INFINITY);
    expect(mayRestartAt(pace, false, PACE_TIMES)).toBe(7 * SECOND);
  });

  test("never grows beyond its limits, whatever happens when", () => {
    const event = fc.record({ wait: fc.nat({ max: 200 * SECOND }), isUnderWay: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        let pace: Pace | undefined;
        let now = 0;
        for (const { wait, isUnderWay } of events) {
          now += wait;
          pace = afterDue(pace, now, PACE_TIMES);
          const at = mayRestartAt(pace, isUnderWay, PACE_TIMES);
          if (at === Number.POSITIVE_INFINITY) expect([isUnderWay, pace?.unsettled]).toEqual([true, 3]);
          else expect(at).toBeLessThanOrEqual(now + PACE_TIMES.longestPause);
          if (at <= now) pace = afterRestart(pace, now, isUnderWay);
        }
      }),
    );
  });
});

describe("values that change faster than containers restart", () => {
  const scenario = fc.record({
    containers: fc.integer({ min: 2, max: 6 }),
    /** From one write to the next. */
    every: fc.integer({ min: 150, max: 3_000 }),
    seconds: fc.integer({ min: 90, max: 240 }),
  });

  test("restart each container in turn, rarely, and with the last value in the end", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ containers, every, seconds }) => {
        const world = new ChangeWorld();
        const names = Array.from({ length: containers }, (_, index) => `c${index}`);
        world.say(env("KEY", "0"));
        world.coordinator.start();
        for (const name of names) world.run(name);
        await world.pass(HEALTHY_AFTER_MS);

        const writes = Math.floor((seconds * SECOND) / every);
        for (let write = 1; write <= writes; write += 1) {
          world.say(env("KEY", String(write)));
          await world.pass(every);
        }
        const counts = () =>
          names.map((name) => world.engine.calls.filter((call) => call === `restart ${name}`).length);
        // The first pauses are short; later there is one restart a minute at most.
        for (const count of counts()) expect(count).toBeLessThanOrEqual(7 + seconds / 60);
        expect(Math.min(...counts())).toBeGreaterThan(0);
        expect(Math.max(...counts()) - Math.min(...counts())).toBeLessThanOrEqual(4);

        for (let second = 0; second < 200; second += 1) await world.pass(SECOND);
        const before = counts();
        for (const { given, current } of world.reinjection.records()) expect(given.env).toEqual(current.env);
        await world.pass(200 * SECOND);
        expect(counts()).toEqual(before);
      }),
      { numRuns: 25, seed: 12 },
    );
  }, 60_000);
});
