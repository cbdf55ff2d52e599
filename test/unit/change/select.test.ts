import { beforeEach, describe, expect, test } from "vitest";
import { type Candidate, selectRestarts } from "../../../agent/change/queue/select.ts";
import type { RestartAttempt } from "../../../agent/inject/plan/attempt.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { env } from "../inject/samples.ts";
import { REFUSED } from "./samples.ts";
import { ChangeWorld, HEALTHY_AFTER_MS } from "./world.ts";

const QUIET = 100;
const SECOND = 1_000;

describe("whose turn it is", () => {
  let count = 0;
  function member(changes: Partial<Candidate> = {}): Candidate {
    count += 1;
    const plain = { grouped: false, running: true, due: false, revision: 7, acting: false, granted: false };
    return { ...plain, container: `c${count}`, attempt: undefined, restartedAt: 0, ...changes };
  }
  const many = (number: number, changes: Partial<Candidate> = {}) =>
    Array.from({ length: number }, () => member(changes));
  const attempt = (phase: RestartAttempt["phase"], failedAt?: number): RestartAttempt => ({
    ...{ phase, step: "", revision: 7, at: 0 },
    ...(failedAt === undefined ? {} : { failure: { revision: failedAt, what: "it ended" } }),
  });
  const due = { due: true } as const;
  const restarting = { attempt: attempt("started") } as const;

  test.each<[string, number, readonly Candidate[]]>([
    ["one of one", 1, many(1, due)],
    ["one of three", 1, many(3, due)],
    ["a quarter of eight", 2, many(8, due)],
    ["a quarter of nine, rounded down", 2, many(9, due)],
    ["a quarter of all that run, whether they are due or not", 3, [...many(4, due), ...many(8)]],
    ["not counting what does not run", 1, [...many(4, due), ...many(8, { running: false })]],
    ["nobody that is not due", 0, many(8)],
    ["fewer while some are on their way", 1, [...many(7, due), member(restarting)]],
    ["nobody while a quarter is on its way", 0, [...many(6, due), ...many(2, restarting)]],
    ["nobody while one is down for it", 0, [...many(2, due), member({ ...restarting, running: false })]],
    ["nobody while the engine is asked", 0, [...many(2, due), member({ acting: true })]],
    ["nobody twice", 0, many(1, { ...due, acting: true })],
    ["the next when one is healthy", 1, [...many(2, due), member({ attempt: attempt("healthy") })]],
    ["who is on its way itself, at once", 1, [member({ ...due, ...restarting }), ...many(2, due)]],
    ["what an earlier agent began", 1, [member({ ...due, attempt: attempt("begun") }), ...many(2, due)]],
    [
      "nobody for values with which another failed",
      0,
      [...many(8, due), member({ attempt: attempt("started", 7) })],
    ],
    [
      "nobody for older values",
      0,
      [...many(8, { ...due, revision: 6 }), member({ attempt: attempt("started", 7) })],
    ],
    [
      "others for newer ones",
      2,
      [...many(8, { ...due, revision: 8 }), member({ attempt: attempt("started", 7) })],
    ],
    [
      "the failed one itself",
      1,
      [member({ ...due, revision: 8, attempt: attempt("started", 7) }), ...many(8)],
    ],
    [
      "the failed one with newer values and nobody else with them, in one place",
      1,
      [...many(2, { ...due, revision: 8 }), member({ ...due, revision: 8, attempt: attempt("started", 7) })],
    ],
    [
      "nobody for the failed values while the failed one is tried again",
      0,
      [...many(8, due), member({ attempt: { ...attempt("started", 7), revision: 8 } })],
    ],
    ["nobody of a group without a step", 0, many(4, { ...due, grouped: true })],
    ["all of a group with a step", 4, many(4, { ...due, grouped: true, granted: true })],
    ["nobody of a group that is not due", 0, many(4, { grouped: true, granted: true })],
    [
      "a group whatever the others do",
      1,
      [member({ ...due, grouped: true, granted: true }), member({ attempt: attempt("started", 7) })],
    ],
    [
      "the others whatever a group does",
      1,
      [member({ grouped: true, attempt: attempt("started", 7) }), ...many(3, due)],
    ],
  ])("%s", (_, number, members) => {
    expect(selectRestarts(members)).toHaveLength(number);
  });
});

describe("containers without a group", () => {
  let world: ChangeWorld;
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const restarted = () => world.engine.calls.map((call) => call.replace("restart ", ""));
  beforeEach(() => {
    world = new ChangeWorld();
    world.say(env("API_KEY", "one"));
    world.coordinator.start();
  });
  async function runAll(options: { readonly healthcheck?: boolean } = {}) {
    for (const name of names) world.run(name, {}, options);
    if (options.healthcheck === true) for (const name of names) world.check(name, "healthy");
    await world.pass(HEALTHY_AFTER_MS);
  }

  test("are restarted a quarter at a time, the next when the last have run for their time", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    expect(restarted()).toEqual(["a", "b"]);
    await world.pass(HEALTHY_AFTER_MS - 1);
    expect(restarted()).toEqual(["a", "b"]);
    expect(world.standing("c")).toMatchObject({ due: true, health: "healthy" });
    expect(world.standing("a")).toMatchObject({ due: false, health: "starting" });
    await world.pass(1);
    expect(restarted()).toEqual(["a", "b", "c", "d"]);
    for (let i = 0; i < 3; i += 1) await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(names);
  });

  test("wait for the HEALTHCHECK of the last, if it has one", async () => {
    await runAll({ healthcheck: true });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    await world.pass(60 * SECOND);
    expect(restarted()).toEqual(["a", "b"]);
    world.check("b", "healthy");
    await world.settled();
    expect(restarted()).toEqual(["a", "b", "c"]);
  });

  test.each<[string, string, () => void]>([
    ["its HEALTHCHECK fails", "its HEALTHCHECK fails", () => world.check("a", "unhealthy")],
    ["it ends by itself", "it ended by itself with exit code 7", () => world.died("a", false)],
  ])("are left alone after one did not become healthy: %s", async (_, what, happens) => {
    await runAll({ healthcheck: true });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    happens();
    world.check("b", "healthy");
    await world.pass(60 * SECOND);
    expect(restarted()).toEqual(["a", "b"]);
    const next = "look at docker logs a, then write a good value or roll back";
    expect(world.standing("a")).toMatchObject({
      health: "unhealthy",
      halted: true,
      problem: `container a did not become healthy after its restart for new values: ${what}; ${next}`,
    });
    expect(world.standing("c")).toMatchObject({ due: true, halted: false });
    expect(world.standing("c").problem).toContain("because a did not become healthy");
    expect(world.log.lines.filter((line) => line.level === "error")).toMatchObject([
      { containerName: "a", reason: what, next },
    ]);
  });

  test("go on when the failed one becomes healthy after all", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.died("a", false);
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(["a", "b"]);
    world.started("a");
    await world.pass(HEALTHY_AFTER_MS - 1);
    expect(restarted()).toEqual(["a", "b"]);
    await world.pass(1);
    expect(restarted()).toEqual(["a", "b", "c", "d"]);
    expect(world.standing("a")).toMatchObject({ health: "healthy", halted: false, problem: "" });
  });

  test("go on when the failed one is removed", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.died("a", false);
    await world.pass(HEALTHY_AFTER_MS);
    world.remove("a");
    await world.settled();
    expect(restarted()).toEqual(["a", "b", "c"]);
  });

  test("go on with newer values, the failed one first among them", async () => {
    await runAll({ healthcheck: true });
    world.say(env("API_KEY", "bad"));
    await world.pass(QUIET);
    world.check("a", "unhealthy");
    world.check("b", "healthy");
    await world.pass(SECOND);
    world.say(env("API_KEY", "good"));
    await world.pass(QUIET);
    expect(restarted().slice(0, 2)).toEqual(["a", "b"]);
    expect(restarted().slice(2)).toEqual(["a", "c"]);
    world.check("a", "healthy");
    world.check("c", "healthy");
    await world.pass(SECOND);
    expect(restarted().slice(4)).toEqual(["d", "e"]);
    expect(world.standing("a")).toMatchObject({ halted: false, problem: "" });
  });

  test("go on when the failed one is healthy after all, though its next attempt came to nothing", async () => {
    await runAll({ healthcheck: true });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.check("a", "unhealthy");
    world.check("b", "healthy");
    await world.settled();
    // What comes next is taken back the moment before the engine is asked.
    const list = world.engine.list.bind(world.engine);
    world.engine.list = async (id) => {
      if (id === "a") world.say(env("API_KEY", "two"));
      return list(id);
    };
    world.say(env("API_KEY", "three"));
    await world.pass(QUIET);
    world.engine.list = list;
    expect(restarted().filter((name) => name === "a")).toHaveLength(1);
    expect(world.standing("a")).toMatchObject({ health: "unhealthy", halted: true });
    expect(world.standing("a").problem).toContain("its HEALTHCHECK fails");
    world.check("a", "healthy");
    await world.settled();
    expect(world.standing("a")).toMatchObject({ health: "healthy", halted: false, problem: "" });
  });

  test("are not restarted if the values change back while they wait", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.say(env("API_KEY", "one"));
    await world.pass(60 * SECOND);
    expect(restarted()).toEqual(["a", "b", "a", "b"]);
  });

  test("do not count one for failed that somebody has stopped", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.died("a", true);
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(["a", "b", "c"]);
    expect(world.standing("a")).toMatchObject({ halted: false, problem: "", health: undefined });
  });

  test("are left alone after the engine could not start one, which is tried again", async () => {
    await runAll();
    world.engine.failures.push({ error: REFUSED, begun: true });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    expect(world.standing("a")).toMatchObject({ health: "unhealthy", halted: true });
    expect(world.standing("a").problem).toContain("the port is taken");
    await expect.poll(() => restarted().filter((name) => name === "a")).toHaveLength(2);
    expect(restarted()).not.toContain("c");
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toContain("c");
    expect(world.standing("a")).toMatchObject({ health: "healthy", halted: false });
  });

  test("are not disturbed by an engine that cannot be reached for a while", async () => {
    await runAll();
    const down = new KeyholdError({ code: "unavailable", message: "the engine cannot be reached" });
    world.engine.failures.push({ error: down, begun: false }, { error: down, begun: false });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    await expect.poll(() => restarted()).toEqual(["a", "b", "a", "b"]);
    await world.settled();
    expect(world.standing("a")).toMatchObject({ health: "starting", halted: false });
  });

  test("one that is within its time is restarted again for newer values, after a pause", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.say(env("API_KEY", "three"));
    await world.pass(QUIET);
    expect(restarted()).toEqual(["a", "b"]);
    await world.pass(SECOND);
    expect(restarted()).toEqual(["a", "b", "a", "b"]);
  });

  test("are waited for also by the next agent", async () => {
    await runAll();
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    await world.pass(SECOND);
    world.replaceAgent();
    await world.pass(HEALTHY_AFTER_MS - SECOND - 1);
    expect(restarted()).toEqual(["a", "b"]);
    await world.pass(1);
    expect(restarted()).toEqual(["a", "b", "c", "d"]);
  });

  test("stay halted under the next agent, also when other secrets change", async () => {
    await runAll({ healthcheck: true });
    world.say(env("API_KEY", "two"));
    await world.pass(QUIET);
    world.check("a", "unhealthy");
    world.check("b", "healthy");
    await world.settled();
    world.replaceAgent();
    world.say(env("API_KEY", "two", 9));
    await world.pass(60 * SECOND);
    expect(restarted()).toEqual(["a", "b"]);
    expect(world.standing("a").halted).toBe(true);
  });
});
