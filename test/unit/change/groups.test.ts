import { beforeEach, describe, expect, test } from "vitest";
import { STARTED_WITHIN_MS } from "../../../agent/change/queue/health.ts";
import { env, file } from "../inject/samples.ts";
import { ChangeWorld, HEALTHY_AFTER_MS } from "./world.ts";

const QUIET = 100;
const HOUR = 3_600_000;
const GROUP = { "keyhold.rollout": "web" };
/** The world begins on a Saturday at midnight. */
const WINDOW = { "keyhold.window": "Sat 02:00-04:00 UTC" };

let world: ChangeWorld;
const restarted = () => world.engine.calls;
const steps = () => world.coordinator.steps;
beforeEach(() => {
  world = new ChangeWorld();
  world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
  world.coordinator.start();
});
async function change(value: string): Promise<void> {
  world.say(env("API_KEY", value), file("tls.crt", "cert"));
  await world.pass(QUIET);
}

describe("a container of a group", () => {
  beforeEach(async () => {
    world.run("a", GROUP);
    await world.pass(HEALTHY_AFTER_MS);
  });

  test("is due, and waits for its step", async () => {
    await change("two");
    await world.pass(HOUR);
    expect(restarted()).toEqual([]);
    const rollout = { group: "web", maxUnavailable: 1 };
    expect(world.standing("a")).toMatchObject({ rollout, due: true, health: "healthy", step: "" });
    steps().grant("step-1", "a");
    await world.settled();
    expect(restarted()).toEqual(["restart a"]);
    expect(world.standing("a")).toMatchObject({ due: false, health: "starting", step: "step-1" });
    await world.pass(HEALTHY_AFTER_MS);
    expect(world.standing("a")).toMatchObject({ due: false, health: "healthy", step: "step-1" });
  });

  test("does not answer its step before its new process runs", async () => {
    await change("two");
    world.engine.hold();
    steps().grant("step-1", "a");
    await world.settled();
    expect(world.standing("a")).toMatchObject({ due: true, health: "starting", step: "" });
    world.engine.release();
    await world.settled();
    expect(world.standing("a")).toMatchObject({ due: false, health: "starting", step: "step-1" });
  });

  test("is restarted once for a step that is given twice, also under the next agent", async () => {
    await change("two");
    const updateAttempt = world.reinjection.updateAttempt.bind(world.reinjection);
    world.reinjection.updateAttempt = async (...asked) => {
      // While it is being written down.
      steps().grant("step-1", "a");
      return updateAttempt(...asked);
    };
    steps().grant("step-1", "a");
    steps().grant("step-1", "a");
    await world.settled();
    steps().grant("step-1", "a");
    await change("three");
    world.replaceAgent();
    steps().grant("step-1", "a");
    await world.pass(QUIET);
    steps().grant("step-1", "a");
    await world.pass(HOUR);
    expect(restarted()).toEqual(["restart a"]);
    expect(world.standing("a")).toMatchObject({ due: true, step: "step-1" });
  });

  test("says so if it is not due any more", async () => {
    await change("two");
    await change("one");
    steps().grant("step-1", "a");
    await world.pass(HOUR);
    expect(restarted()).toEqual([]);
    expect(world.standing("a")).toMatchObject({ due: false, health: "healthy", step: "step-1" });
  });

  test("gives a step back that it did not use before its values changed back", async () => {
    await change("two");
    // It is not quiet when the step comes.
    world.say(env("API_KEY", "three"), file("tls.crt", "cert"));
    await world.settled();
    steps().grant("step-1", "a");
    await world.settled();
    expect(restarted()).toEqual([]);
    await change("one");
    expect(world.standing("a")).toMatchObject({ due: false, step: "step-1" });
    await change("four");
    await world.pass(HOUR);
    expect(restarted()).toEqual([]);
    expect(world.standing("a")).toMatchObject({ due: true, step: "step-1" });
  });

  test("that is given its step in the middle of a burst is restarted when that is over", async () => {
    await change("two");
    for (const value of ["three", "four", "five"]) {
      world.say(env("API_KEY", value), file("tls.crt", "cert"));
      await world.settled();
      steps().grant("step-1", "a");
      await world.pass(QUIET / 2);
      expect(world.standing("a").due).toBe(true);
    }
    expect(restarted()).toEqual([]);
    await world.pass(QUIET);
    expect(restarted()).toEqual(["restart a"]);
  });

  test("that fails halts nobody by itself, and says what happened", async () => {
    world.run("b", GROUP);
    world.run("single");
    await change("two");
    steps().grant("step-1", "a");
    await world.settled();
    world.died("a", false);
    await world.settled();
    expect(world.standing("a")).toMatchObject({ health: "unhealthy", step: "step-1", halted: false });
    expect(world.standing("a").problem).toContain("it ended by itself with exit code 7");
    steps().grant("step-2", "b");
    await world.pass(HOUR);
    expect(restarted()).toEqual(["restart single", "restart a", "restart b"]);
  });

  test("that ended by itself after its restart is started with the values that come next, once", async () => {
    await change("bad");
    steps().grant("step-1", "a");
    await world.settled();
    world.died("a", false);
    world.replaceAgent();
    await world.pass(HOUR);
    expect(restarted()).toEqual(["restart a"]);
    await change("good");
    await world.pass(HEALTHY_AFTER_MS + QUIET);
    expect(restarted()).toEqual(["restart a", "restart a"]);
    await world.pass(HEALTHY_AFTER_MS);
    expect(world.standing("a")).toMatchObject({ health: "healthy", step: "step-1", problem: "" });
  });

  test("that somebody has stopped after it failed stays as it is", async () => {
    await change("bad");
    steps().grant("step-1", "a");
    await world.settled();
    world.died("a", true);
    await change("good");
    await world.pass(HOUR);
    expect(restarted()).toEqual(["restart a"]);
  });

  test.each<[string, () => void]>([
    ["stopped it", () => world.died("a")],
    ["removed it", () => world.remove("a")],
  ])("gives its step back if somebody has %s", async (_, happens) => {
    await change("two");
    world.say(env("API_KEY", "three"), file("tls.crt", "cert"));
    await world.settled();
    steps().grant("step-1", "a");
    happens();
    await world.pass(HOUR);
    expect(restarted()).toEqual([]);
    expect(steps().statuses().get("a")?.step ?? "step-1").toBe("step-1");
  });

  test("goes on with the step under which an earlier agent began, once", async () => {
    await change("two");
    world.engine.hold();
    steps().grant("step-1", "a");
    await world.settled();
    world.replaceAgent();
    expect(world.standing("a")).toMatchObject({ due: true, step: "" });
    world.engine.release();
    await world.settled();
    steps().grant("step-1", "a");
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(["restart a"]);
    expect(world.standing("a")).toMatchObject({ due: false, health: "healthy", step: "step-1" });
  });
});

describe("what an earlier agent left", () => {
  test("stopped is started", async () => {
    world.run("a");
    world.engine.hold();
    await change("two");
    expect(world.engine.containers.get("a")?.running).toBe(false);
    // The engine was killed together with the agent, and had not got to the start.
    world.engine.restart = async (id) => {
      world.engine.calls.push(`start ${id}`);
      world.started(id);
      return "done";
    };
    world.replaceAgent();
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(["restart a", "start a"]);
  });

  test("to be started by the engine, which did not, keeps the others from being restarted", async () => {
    for (const name of ["a", "b"]) world.run(name);
    world.engine.hold();
    await change("two");
    await world.pass(1);
    // The runtime has asked, and the engine was killed before it told of the start.
    const known = world.reinjection.known.get("a");
    if (known?.attempt !== undefined) {
      world.reinjection.known.set("a", {
        ...known,
        attempt: { ...known.attempt, phase: "started", at: world.now() },
      });
    }
    world.replaceAgent();
    await world.pass(STARTED_WITHIN_MS - 1);
    expect(world.standing("a")).toMatchObject({ health: "starting", halted: false });
    await world.pass(1);
    expect(world.standing("a")).toMatchObject({ health: "unhealthy", halted: true });
    expect(world.standing("a").problem).toContain("it does not run");
    expect(restarted()).toEqual(["restart a"]);
  });

  test("announced, and not begun, is done", async () => {
    world.run("a");
    const restart = world.engine.restart.bind(world.engine);
    world.engine.restart = () => new Promise(() => undefined);
    await change("two");
    expect(world.reinjection.known.get("a")?.attempt?.phase).toBe("begun");
    world.engine.restart = restart;
    world.replaceAgent();
    await world.pass(HEALTHY_AFTER_MS);
    expect(restarted()).toEqual(["restart a"]);
  });

  test("announced, but not due any more, is left", async () => {
    world.run("a");
    const restart = world.engine.restart.bind(world.engine);
    world.engine.restart = () => new Promise(() => undefined);
    await change("two");
    world.engine.restart = restart;
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    world.replaceAgent();
    await world.pass(HOUR);
    expect(restarted()).toEqual([]);
    expect(world.reinjection.known.get("a")?.attempt?.phase).toBe("skipped");
  });
});

describe("a container with a maintenance window", () => {
  test("has its files at once, and is restarted when the window opens", async () => {
    world.run("a", WINDOW);
    world.say(env("API_KEY", "two"), file("tls.crt", "new"));
    await world.pass(QUIET);
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
    const waitingUntil = Date.UTC(2026, 10, 21, 2);
    expect(world.standing("a")).toMatchObject({ due: true, waitingUntil });
    await world.pass(waitingUntil - world.now() - 1);
    expect(restarted()).toEqual([]);
    await world.pass(1);
    expect(restarted()).toEqual(["restart a"]);
    expect(world.standing("a")).toMatchObject({ due: false, waitingUntil: undefined });
  });

  test("is restarted at once inside of it", async () => {
    world.run("a", WINDOW);
    await world.pass(3 * HOUR);
    await change("two");
    expect(restarted()).toEqual(["restart a"]);
  });

  test("is due again under the next agent, which waits for the window as well", async () => {
    world.run("a", WINDOW);
    await change("two");
    world.replaceAgent();
    await world.pass(QUIET);
    expect(world.standing("a")).toMatchObject({ due: true, waitingUntil: Date.UTC(2026, 10, 21, 2) });
    await world.pass(2 * HOUR);
    expect(restarted()).toEqual(["restart a"]);
  });

  test("does not begin after the window has closed, though its turn came only then", async () => {
    for (const name of ["a", "b"]) world.run(name, WINDOW, { healthcheck: true });
    await world.pass(4 * HOUR - QUIET - 1_000);
    await change("two");
    expect(restarted()).toEqual(["restart a"]);
    await world.pass(1_000);
    world.check("a", "healthy");
    await world.pass(HOUR);
    expect(restarted()).toEqual(["restart a"]);
    expect(world.standing("b").waitingUntil).toBe(Date.UTC(2026, 10, 28, 2));
    await world.pass(Date.UTC(2026, 10, 28, 2) - world.now());
    expect(restarted()).toEqual(["restart a", "restart b"]);
  });

  test("says that it waits from the moment on at which the window closes", async () => {
    world.run("a", { ...WINDOW, ...GROUP });
    await world.pass(3 * HOUR);
    await change("two");
    expect(world.standing("a").waitingUntil).toBeUndefined();
    let told = 0;
    steps().onChange(() => {
      told += 1;
    });
    for (let minutes = 0; minutes < 60; minutes += 1) await world.pass(HOUR / 60);
    expect(told).toBe(1);
    expect(world.standing("a").waitingUntil).toBe(Date.UTC(2026, 10, 28, 2));
  });

  test("gives its step back when the window closes", async () => {
    world.run("a", { ...WINDOW, ...GROUP });
    await world.pass(4 * HOUR - QUIET - 10);
    await change("two");
    world.say(env("API_KEY", "three"), file("tls.crt", "cert"));
    await world.settled();
    steps().grant("step-1", "a");
    await world.pass(QUIET);
    expect(restarted()).toEqual([]);
    expect(world.standing("a")).toMatchObject({ due: true, step: "step-1" });
    expect(world.standing("a").waitingUntil).toBe(Date.UTC(2026, 10, 28, 2));
    // Its next turn is another step's.
    await world.pass(Date.UTC(2026, 10, 28, 2) - world.now());
    expect(restarted()).toEqual([]);
    expect(world.standing("a")).toMatchObject({ due: true, waitingUntil: undefined });
    steps().grant("step-2", "a");
    await world.settled();
    expect(restarted()).toEqual(["restart a"]);
  });

  test("is signalled whenever it changes: that is no restart", async () => {
    world.run("a", { ...WINDOW, "keyhold.on-change": "signal:SIGHUP" });
    world.say(env("API_KEY", "one"), file("tls.crt", "new"));
    await world.pass(QUIET);
    expect(restarted()).toEqual(["kill a SIGHUP"]);
  });
});

test("a signal that was due when the agent was killed is sent by the next, once", async () => {
  world.run("a", { "keyhold.on-change": "signal:SIGHUP" });
  world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
  await world.pass(QUIET / 2);
  world.replaceAgent();
  await world.pass(QUIET);
  world.replaceAgent();
  await world.pass(QUIET);
  expect(restarted()).toEqual(["kill a SIGHUP"]);
});
