import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { env, file, registry } from "../../unit/inject/samples.ts";
import { RunningWorld } from "./running-world.ts";

/* What a running container keeps when it cannot be given something any more, and what its HEALTHCHECK sees. */

test("a container keeps the secret that it needs and that was deleted, and everything else goes on being current", async () => {
  await using world = await RunningWorld.open();
  world.labels = { "keyhold.secrets": "GONE,STAY,F" };
  world.give(env("GONE", "one"), env("STAY", "one"), file("F", "file-one"));
  expect(await world.start()).toBe("started");
  expect(await world.change(env("STAY", "two"), file("F", "file-two"))).toMatchObject({
    held: ["GONE"],
    env: ["STAY"],
    rewritten: ["/run/secrets/F"],
  });
  expect(await world.exec("env")).toEqual(["GONE=one", "STAY=two"]);
  expect(await world.file("F")).toBe("file-two");
  await world.replaceAgent();
  expect(await world.exec("env")).toEqual(["GONE=one", "STAY=two"]);
  expect(await world.start()).toMatch(/^container web needs the secret GONE \(the label keyhold.secrets\)/);
});

test("a file that was deleted keeps the content it had last, also under the next agent", async () => {
  await using world = await RunningWorld.open();
  world.labels = { "keyhold.secrets": "A,F", "keyhold.on-change": "files" };
  world.give(env("A", "one"), file("F", "file-one"));
  await world.start();
  await world.change(env("A", "one"), file("F", "file-two"));
  await world.replaceAgent();
  expect(await world.change(env("A", "three"))).toMatchObject({ held: ["F"], rewritten: [] });
  expect(await world.file("F")).toBe("file-two");
  expect(await world.change(env("A", "three"), file("F", "file-four"))).toMatchObject({ held: [] });
  expect(await world.file("F")).toBe("file-four");
});

test("a file that the container has exchanged for a link is not kept: no file of the host gets in that way", async () => {
  await using world = await RunningWorld.open();
  world.labels = { "keyhold.secrets": "A,F", "keyhold.on-change": "files" };
  world.give(env("A", "one"), file("F", "file-one"));
  await world.start();
  const data = join(world.root, "run/containers/id/secrets/..data");
  await rm(join(data, "F"));
  await symlink("/etc/hostname", join(data, "F"));
  await world.replaceAgent();
  await expect(world.change(env("A", "two"))).rejects.toThrow(/needs the secret F/);
  expect(await world.exec("env")).toEqual(["A=one"]);
});

test("variables of a label or with a reference, and registry credentials, are kept as a whole", async () => {
  await using world = await RunningWorld.open();
  world.labels = { "keyhold.secrets": "PULL", "keyhold.env.KEY": "K" };
  world.env = ["PATH=/bin", `URL=db://\${secret:DB}@db`];
  world.give(env("K", "key"), env("DB", "pw"), registry("PULL", "r.example.com", "ci", "token"));
  await world.start();
  expect(await world.change()).toMatchObject({ held: ["DB", "K", "PULL"], env: [], rewritten: [] });
  expect(await world.exec("env")).toEqual(
    expect.arrayContaining(["KEY=key", "URL=db://pw@db", "DOCKER_CONFIG=/run/secrets/.docker"]),
  );
  expect(await world.file(".docker/config.json")).toContain("r.example.com");
});

test("what a container can do without is taken away", async () => {
  await using world = await RunningWorld.open();
  world.labels = { "keyhold.secrets": "A,B?" };
  world.give(env("A", "one"), env("B", "one"));
  await world.start();
  expect(await world.change(env("A", "one"))).toMatchObject({ held: [], env: ["B"] });
  expect(await world.exec("env")).toEqual(["A=one"]);
});

test.each(["its target is gone", "nobody can be asked", "the values are too large"])(
  "an exec sees what the container was started with if %s, and one line says so",
  async (reason) => {
    await using world = await RunningWorld.open();
    world.give(env("A", "one"), env("B", "one"));
    await world.start();
    if (reason === "its target is gone") world.refuse();
    else if (reason === "nobody can be asked") world.state = "unreachable";
    else world.give(env("A", "x".repeat(200_000)));
    expect(await world.exec("env")).toEqual(["A=one", "B=one"]);
    await world.replaceAgent();
    expect(await world.exec("env")).toEqual(["A=one", "B=one"]);
    expect(await world.exec("env")).toEqual(["A=one", "B=one"]);
    const line = "exec shows the values that the container was started with";
    expect(world.warned).toEqual([line, line]);
    world.give(env("A", "two"));
    expect(await world.exec("env")).toEqual(["A=two"]);
  },
);

test.each(["restart", "signal:SIGHUP", "files", "ignore"])(
  "a HEALTHCHECK sees the values of its process until the next start, with the policy %s",
  async (policy) => {
    await using world = await RunningWorld.open();
    world.labels = { "keyhold.on-change": policy };
    world.engineFacts = { healthcheck: ["/bin/sh", "-c", "ping -p $PW"] };
    world.give(env("PW", "one"));
    await world.start();
    await world.change(env("PW", "two"), env("NEW", "one"));
    const now = policy === "ignore" ? ["PW=one"] : ["NEW=one", "PW=two"];
    for (const agent of ["the same", "the next"]) {
      if (agent === "the next") await world.replaceAgent();
      expect(await world.exec("/bin/sh", "-c", "ping -p $PW")).toEqual(["PW=one"]);
      expect(await world.exec("/bin/sh", "-c", "echo $PW")).toEqual(now);
    }
    await world.start();
    expect(await world.exec("/bin/sh", "-c", "ping -p $PW")).toEqual(["NEW=one", "PW=two"]);
  },
);
