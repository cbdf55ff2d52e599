import { appendFileSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Action, ScheduleWorld, TARGETS } from "./schedules-world.ts";

/**
 * Random writes, disconnects, lost and repeated messages, restarts of agents and of the server, against a simple model. The two
 * ends are the real ones; between them is a wire that a schedule delivers message by message.
 */

const SCHEDULES = 10_000;
/** Seed and path of what once failed, one a line; the run that finds one adds it, to be committed with its mend. */
const SEEDS = new URL("schedules.seeds", import.meta.url);

const agent = fc.nat(1);
const target = fc.constantFrom(...TARGETS);
const direction = fc.constantFrom("up" as const, "down" as const);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("write" as const), target, value: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("touch" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("want" as const), agent, target }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), agent, target }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("deliver" as const), agent, direction }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("lose" as const, "repeat" as const), agent, direction }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("disconnect" as const), agent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart-agent" as const), agent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart-server" as const) }) },
);
const schedules = fc.array(action, { minLength: 5, maxLength: 40, size: "max" });

const property = fc.asyncProperty(schedules, async (schedule) => {
  const world = new ScheduleWorld();
  try {
    for (const each of schedule) await world.run(each);
    await world.settle();
    expect(world.held()).toEqual(world.model());
    expect(world.announcedTwice).toEqual([]);
  } finally {
    await world.close();
  }
});

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterAll(() => {
  vi.useRealTimers();
});

describe("an agent and the control plane", () => {
  const kept = readFileSync(SEEDS, "utf8").split("\n").filter(Boolean);

  it.each(kept)("end at the same values with the schedule %s, which failed once", async (line) => {
    const [seed, path] = line.split(" ");
    await fc.assert(property, { seed: Number(seed), path: path ?? "" });
  });

  it(`end at the same values after each of ${SCHEDULES} schedules of faults`, async () => {
    const found = await fc.check(property, { numRuns: SCHEDULES });
    if (found.failed) appendFileSync(SEEDS, `${found.seed} ${found.counterexamplePath}\n`);
    expect(found.failed, fc.defaultReportMessage(found)).toBe(false);
  }, 120_000);
});
