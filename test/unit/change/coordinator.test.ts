import { beforeEach, describe, expect, test } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { env, file, registry } from "../inject/samples.ts";
import { ChangeWorld } from "./world.ts";

const QUIET = 100;
const SIGNAL = { "keyhold.on-change": "signal:SIGHUP" };

let world: ChangeWorld;
beforeEach(() => {
  world = new ChangeWorld();
  world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
  world.coordinator.start();
});

describe("a container that is to be restarted", () => {
  beforeEach(() => {
    world.run("web", { "keyhold.stop-timeout": "3" });
  });

  test("is not restarted by its own start", async () => {
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("is restarted once when it is quiet after a change", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET - 1);
    expect(world.engine.calls).toEqual([]);
    await world.pass(1);
    await world.pass(10_000);
    expect(world.engine.calls).toEqual(["restart web 3"]);
    expect(world.log.lines.find((line) => line.message.startsWith("restarting"))?.reason).toBe("API_KEY");
  });

  test("has its files rewritten at once, before it is restarted for them", async () => {
    world.say(env("API_KEY", "one"), file("tls.crt", "new cert"));
    await world.settled();
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
    expect(world.engine.calls).toEqual([]);
    await world.pass(QUIET);
    expect(world.engine.calls).toEqual(["restart web 3"]);
  });

  test("is restarted when there is room for its files again, if there was none", async () => {
    world.reinjection.failure = new KeyholdError({ code: "exhausted", message: "no room" });
    world.say(env("API_KEY", "two"), file("tls.crt", "new cert"));
    await world.pass(60_000);
    expect(world.engine.calls).toEqual([]);
    world.reinjection.failure = undefined;
    await world.pass(6_000);
    await world.pass(QUIET);
    expect(world.engine.calls).toEqual(["restart web 3"]);
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
  });

  test.each([
    ["a new version with the same value", [env("API_KEY", "one", 2), file("tls.crt", "cert")]],
    ["a registry entry", [env("API_KEY", "one"), file("tls.crt", "cert"), registry("hub", "r.io", "u", "p")]],
  ])("is not restarted for %s", async (_, secrets) => {
    world.say(...secrets);
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("is not restarted for a value that changed back before it was quiet", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET / 2);
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("has a file that was taken away until it is quiet, and keeps it if that was made anew", async () => {
    for (let i = 0; i < 3; i += 1) {
      world.say(env("API_KEY", "one"));
      await world.pass(QUIET / 2);
      world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
      await world.pass(QUIET * 2);
    }
    expect(world.reinjection.rewritten).toEqual([]);
    expect(world.engine.calls).toEqual([]);
    world.say(env("API_KEY", "one"));
    await world.pass(QUIET - 1);
    expect(world.reinjection.rewritten).toEqual([]);
    await world.pass(1);
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
    expect(world.engine.calls).toEqual(["restart web 3"]);
  });

  test("is restarted once for twenty changes in a burst", async () => {
    for (let i = 0; i < 20; i += 1) {
      world.say(env("API_KEY", `value ${i}`), file("tls.crt", "cert"));
      await world.pass(QUIET / 2);
    }
    await world.pass(10_000);
    expect(world.engine.calls).toEqual(["restart web 3"]);
  });

  test("is left alone if somebody restarted it before it was quiet", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET / 2);
    world.started("web");
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("is left alone if it was stopped before it was quiet", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET / 2);
    world.died("web");
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("is restarted again for a change during its restart", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    const happened = world.engine.onStart;
    let during = 0;
    world.engine.onStart = async (id) => {
      await happened(id);
      if (during === 0) world.say(env("API_KEY", "three"), file("tls.crt", "cert"));
      during += 1;
    };
    for (let i = 0; i < 15; i += 1) await world.pass(QUIET);
    expect(during).toBe(2);
    expect(world.engine.calls).toEqual(["restart web 3", "restart web 3"]);
  });

  test("keeps what it has when its target is refused, and the log says how many do", async () => {
    world.refuse();
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
    expect(world.log.lines).toMatchObject([
      { level: "warn", reason: "it was deleted", next: "make it anew", count: 1 },
    ]);
  });

  test("keeps what it has when it cannot be given the new values, and the log says why", async () => {
    world.reinjection.failure = new KeyholdError({
      code: "precondition",
      message: "web needs DB_PASSWORD, which acme/ws-1 does not get",
      next: "store it",
    });
    world.say(env("API_KEY", "two"));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
    expect(world.log.lines.at(-1)).toMatchObject({
      level: "warn",
      containerName: "web",
      reason: "web needs DB_PASSWORD, which acme/ws-1 does not get",
      next: "store it",
    });
  });

  test("is not restarted after the agent has ended", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.settled();
    await world.coordinator.close();
    await world.pass(10_000);
    world.say(env("API_KEY", "three"), file("tls.crt", "cert"));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });
});

describe("a container that an earlier agent left", () => {
  test("is restarted for a change that nobody saw, whichever is known last", async () => {
    world.inherit("web", env("API_KEY", "zero"), file("tls.crt", "cert"));
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
    world.listed("web");
    await world.pass(QUIET);
    expect(world.engine.calls).toEqual(["restart web"]);
  });

  test("is left alone if it has the values of now", async () => {
    world.inherit("web", env("API_KEY", "one"), file("tls.crt", "cert"));
    world.listed("web");
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });
});

describe("a container that wants a signal", () => {
  beforeEach(() => {
    world.run("web", SIGNAL);
  });

  test.each([
    ["a file", [env("API_KEY", "one"), file("tls.crt", "new")]],
    ["a variable", [env("API_KEY", "two"), file("tls.crt", "cert")]],
  ])("gets it once for %s, and no restart", async (_, secrets) => {
    world.say(...secrets);
    for (let i = 0; i < 5; i += 1) await world.pass(QUIET);
    world.say(...secrets);
    for (let i = 0; i < 5; i += 1) await world.pass(QUIET);
    expect(world.engine.calls).toEqual(["kill web SIGHUP"]);
  });

  test("gets one for each change, also back to what it was started with", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET);
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    await world.pass(QUIET);
    world.say(env("API_KEY", "one"), file("tls.crt", "new"));
    await world.pass(QUIET);
    expect(world.engine.calls).toEqual(["kill web SIGHUP", "kill web SIGHUP", "kill web SIGHUP"]);
  });

  test("hears nothing of a variable that changed back before it was quiet", async () => {
    world.say(env("API_KEY", "two"), file("tls.crt", "cert"));
    await world.pass(QUIET / 2);
    world.say(env("API_KEY", "one"), file("tls.crt", "cert"));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual([]);
  });

  test("gets it once although the first attempt failed", async () => {
    world.engine.failures.push({
      error: new KeyholdError({ code: "timeout", message: "late" }),
      begun: false,
    });
    world.say(env("API_KEY", "one"), file("tls.crt", "new"));
    await world.pass(QUIET);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await world.pass(10_000);
    expect(world.engine.calls).toEqual(["kill web SIGHUP", "kill web SIGHUP"]);
  });
});

test("with `files`, files are rewritten and nothing else happens", async () => {
  world.run("web", { "keyhold.on-change": "files" });
  world.say(env("API_KEY", "two"), file("tls.crt", "new"));
  await world.pass(10_000);
  expect(world.reinjection.rewritten).toEqual(["/run/secrets/tls.crt"]);
  expect(world.engine.calls).toEqual([]);
  expect(world.messages()).toContain("rewrote files of a container");
});

test("with `ignore`, not even files are rewritten", async () => {
  world.run("web", { "keyhold.on-change": "ignore" });
  world.say(env("API_KEY", "two"), file("tls.crt", "new"));
  await world.pass(10_000);
  expect(world.reinjection.rewritten).toEqual([]);
  expect(world.engine.calls).toEqual([]);
});

test("a rotation can be followed in the log", async () => {
  world.run("web");
  world.say(env("API_KEY", "two"), file("tls.crt", "new"));
  await world.pass(QUIET);
  await world.settled();
  expect(world.messages()).toEqual([
    "got the values of a target",
    "rewrote files of a container",
    "restarting a container for its new values",
    "restarted a container for its new values",
  ]);
});

test("no log line tells a value", async () => {
  world.say(env("API_KEY", "a-very-secret-value"), file("tls.crt", "cert"));
  world.run("web");
  world.say(env("API_KEY", "another-secret-value"), file("tls.crt", "a-secret-file"));
  await world.pass(QUIET);
  expect(world.engine.calls).toEqual(["restart web"]);
  expect(JSON.stringify(world.log.lines)).not.toMatch(/secret-value|secret-file/);
});

describe("a container that needs a secret which is deleted", () => {
  beforeEach(() => {
    world.say(env("GONE", "one"), env("STAY", "one"), file("F", "one"));
    world.run("web", { "keyhold.secrets": "GONE,STAY,F" });
  });

  test("is not restarted for other values, since its start would be refused, and one line says so", async () => {
    world.say(env("STAY", "one"), file("F", "one"));
    await world.pass(60_000);
    world.say(env("STAY", "two"), file("F", "two"));
    await world.pass(60_000);
    expect(world.engine.calls).toEqual([]);
    expect(world.reinjection.rewritten).toEqual(["/run/secrets/F"]);
    const lines = world.messages().filter((each) => each.includes("keeps secrets"));
    expect(lines).toHaveLength(1);
  });

  test("is restarted once when the secret is there again", async () => {
    world.say(env("STAY", "two"), file("F", "one"));
    await world.pass(60_000);
    world.say(env("GONE", "one"), env("STAY", "two"), file("F", "one"));
    await world.pass(60_000);
    expect(world.engine.calls).toEqual(["restart web"]);
  });
});
