import { beforeEach, describe, expect, test } from "vitest";
import { env, file } from "../inject/samples.ts";
import { ChangeWorld, HEALTHY_AFTER_MS } from "./world.ts";

const QUIET = 100;
const HOUR = 3_600_000;

let world: ChangeWorld;
const calls = () => world.engine.calls;
beforeEach(() => {
  world = new ChangeWorld();
  world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
  world.coordinator.start();
});
async function change(value: string): Promise<void> {
  world.say(env("API_KEY", value), file("tls.crt", `cert ${value}`));
  await world.pass(QUIET);
}

describe("a paused container", () => {
  test("has its files at once, and is restarted when it is unpaused", async () => {
    world.run("a");
    world.pause("a");
    await change("two");
    await world.pass(HOUR);
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
    expect(calls()).toEqual([]);
    world.pause("a", false);
    await world.pass(QUIET);
    expect(calls()).toEqual(["restart a"]);
  });

  test("that is given its old values back goes on as it is", async () => {
    world.run("a");
    world.pause("a");
    await change("two");
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    await world.pass(QUIET);
    world.pause("a", false);
    await world.pass(HOUR);
    expect(calls()).toEqual([]);
  });

  test("is told by signal when it is unpaused: the engine would end the pause with it", async () => {
    world.run("a", { "keyhold.on-change": "signal:SIGHUP" });
    world.pause("a");
    await change("two");
    await world.pass(HOUR);
    expect(calls()).toEqual([]);
    world.pause("a", false);
    await world.pass(QUIET);
    expect(calls()).toEqual(["kill a SIGHUP"]);
  });

  test("is reported with what is in the way, and not as due", async () => {
    world.run("a");
    await world.pass(HEALTHY_AFTER_MS);
    world.pause("a");
    expect(world.standing("a")).toMatchObject({ due: false, problem: "" });
    await change("two");
    expect(world.standing("a")).toMatchObject({
      due: false,
      health: "healthy",
      problem: "container a is paused, and is restarted for its new values after docker unpause a",
    });
    world.pause("a", false);
    await world.settled();
    expect(world.standing("a")).toMatchObject({ problem: "" });
  });

  test("takes no place of the others of its host", async () => {
    for (const id of ["a", "b"]) world.run(id);
    await world.pass(HEALTHY_AFTER_MS);
    world.pause("a");
    await change("two");
    expect(calls()).toEqual(["restart b"]);
  });

  test("gives the step of its group back", async () => {
    world.run("a", { "keyhold.rollout": "web" });
    await world.pass(HEALTHY_AFTER_MS);
    await change("two");
    world.pause("a");
    world.coordinator.steps.grant("step-1", "a");
    await world.settled();
    expect(calls()).toEqual([]);
    expect(world.standing("a")).toMatchObject({ due: false, step: "step-1" });
    world.pause("a", false);
    await world.settled();
    expect(world.standing("a")).toMatchObject({ due: true, step: "step-1" });
    world.coordinator.steps.grant("step-2", "a");
    await world.pass(QUIET);
    expect(calls()).toEqual(["restart a"]);
  });

  test("keeps its pause under the next agent", async () => {
    world.run("a");
    world.pause("a");
    await change("two");
    world.replaceAgent();
    await world.pass(HOUR);
    expect(calls()).toEqual([]);
    world.pause("a", false);
    await world.pass(QUIET);
    expect(calls()).toEqual(["restart a"]);
  });
});
