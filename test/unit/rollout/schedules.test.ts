import fc from "fast-check";
import { expect, test } from "vitest";
import { RolloutWorld } from "./world.ts";

const SCHEDULES = 4_000;
/** They take a second or two where nothing else runs. */
const SAFETY = 120_000;

/** What can happen next, how often, and to whom. What is quick happens often, so that schedules get somewhere. */
const WEIGHTS = {
  ...{ look: 6, hear: 6, report: 2, receive: 2, step: 6, progress: 6 },
  ...{ write: 1, "by-hand": 1, "kill-agent": 1, connect: 2, "kill-server": 1 },
} as const;
type What = keyof typeof WEIGHTS;
const what = fc.oneof(
  ...Object.entries(WEIGHTS).map(([each, weight]) => ({ weight, arbitrary: fc.constant(each as What) })),
);
const action = fc.tuple(what, fc.nat(11));
const shape = fc.record({
  hosts: fc.integer({ min: 1, max: 3 }),
  containers: fc.integer({ min: 1, max: 6 }),
});
const schedule = fc.record({
  ...{
    shape,
    max: fc.integer({ min: 1, max: 3 }),
    actions: fc.array(action, { minLength: 20, maxLength: 100 }),
  },
});

function play(
  world: RolloutWorld,
  actions: readonly (readonly [What, number])[],
  works: (which: number) => boolean,
): void {
  for (const [what, which] of actions) {
    const host = world.hosts[which % world.hosts.length];
    const real = world.reals[which % world.reals.length];
    if (host === undefined || real === undefined) continue;
    if (what === "look") world.look();
    if (what === "report") world.report(host);
    if (what === "receive") world.receive(host);
    if (what === "hear") world.hear(host);
    if (what === "step") world.takeStep(host);
    if (what === "progress") world.progress(real);
    if (what === "write" && world.version < 5) world.write(works(which));
    if (what === "by-hand") world.restartByHand(real);
    if (what === "kill-agent") world.killAgent(host);
    if (what === "connect" && !host.up) world.connect(host);
    if (what === "kill-server") world.killServer();
  }
}

test(
  "whatever is killed in between, no more are down than may be, none is restarted twice for one value, and all get the newest",
  () => {
    fc.assert(
      fc.property(schedule, ({ shape, max, actions }) => {
        const world = new RolloutWorld({ ...shape, max });
        play(world, actions, () => true);
        world.settle();
        expect(world.violations).toEqual([]);
        expect(world.leases).toEqual([]);
        expect(world.reals.map(({ given }) => given)).toEqual(world.reals.map(() => world.version));
        expect(world.reals.map(({ phase }) => phase)).toEqual(world.reals.map(() => "up"));
      }),
      { numRuns: SCHEDULES },
    );
  },
  SAFETY,
);

test(
  "a value that does not work takes down no more than may be down, and one that does heals all of them",
  () => {
    fc.assert(
      fc.property(schedule, ({ shape, max, actions }) => {
        const world = new RolloutWorld({ ...shape, max });
        // By hand anybody may restart as many as they like: that is not what is promised here.
        const bySteps = actions.filter(([what]) => what !== "by-hand");
        play(world, bySteps, (which) => which % 2 === 0);
        world.write(false);
        world.settle();
        expect(world.violations).toEqual([]);
        const sick = world.reals.filter(({ phase }) => phase === "sick");
        expect(sick.length).toBeLessThanOrEqual(max);
        expect(sick.length).toBeGreaterThan(0);
        expect(world.leases.filter(({ failed }) => failed)).not.toEqual([]);
        world.write(true);
        world.settle();
        expect(world.violations).toEqual([]);
        expect(world.leases).toEqual([]);
        expect(world.reals.map(({ given, phase }) => [given, phase])).toEqual(
          world.reals.map(() => [world.version, "up"]),
        );
      }),
      { numRuns: SCHEDULES },
    );
  },
  SAFETY,
);
