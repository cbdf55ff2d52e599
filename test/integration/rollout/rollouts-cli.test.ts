import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Api } from "../../../cli/api/api.ts";
import { World } from "../api/world.ts";
import { type Environment, keyhold } from "../cli/process.ts";
import { ORG, TestAgent, workspace } from "../nodes/world.ts";
import { apiOf, Host } from "./rollouts-world.ts";

/* The command line of rollouts, as a process of its own, with a host whose containers do what the test says. */

/** As an agent says it. */
const FAILED =
  "container a did not become healthy after its restart for new values: it ended with exit code 1";
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

let world: World;
let owner: Api;
let one: Host;
let target: string;
let environment: Environment;

beforeAll(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
  owner = apiOf(world);
  target = await workspace(world, "ws-1");
  one = new Host(await (await TestAgent.enrolled(world, { nodeId: "one" })).run());
  const { apiAddress, caFile } = world.server;
  environment = { KEYHOLD_SERVER: apiAddress, KEYHOLD_CA_FILE: caFile, KEYHOLD_TOKEN: world.owner };
  await keyhold(["secret", "set", "acme", "DB_PASSWORD"], { environment, stdin: "1" });
  await one.start("a", target);
  await one.start("b", target);
});
afterAll(async () => {
  owner.close();
  await one.agent.remove();
  await world[Symbol.asyncDispose]();
});

const run = (...args: string[]) => keyhold(args, { environment });
const set = (value: string, ...flags: string[]) =>
  keyhold(["secret", "set", "acme", "DB_PASSWORD", ...flags], { environment, stdin: value });
const told = (version: number) => until(() => expect(one.knows(target, "DB_PASSWORD")).toBe(version));
const settled = (count: number) =>
  until(async () => {
    const status = await owner.call("RolloutService", "GetRolloutStatus", {
      secret: `${ORG}/secrets/DB_PASSWORD`,
    });
    expect(status.delivered).toBe(count);
  });

describe("keyhold rollout", () => {
  it("status shows a table and a summary, or JSON", async () => {
    await settled(2);
    const shown = await run("rollout", "status", "acme", "DB_PASSWORD");
    expect(shown).toMatchObject({ code: 0, stderr: "2 of 2 containers have version 1\n" });
    expect(shown.stdout).toBe(
      [
        "CONTAINER  NODE            TARGET                VERSION  STATE    PROBLEM",
        "a          acme/nodes/one  acme/workspaces/ws-1  1        current  -",
        "b          acme/nodes/one  acme/workspaces/ws-1  1        current  -",
        "",
      ].join("\n"),
    );
    const json = JSON.parse((await run("rollout", "status", "acme", "DB_PASSWORD", "--json")).stdout);
    expect(json).toMatchObject({
      secret: `${ORG}/secrets/DB_PASSWORD`,
      version: 1,
      affected: 2,
      delivered: 2,
    });
    expect(json.containers[0]).toMatchObject({ containerName: "a", version: 1, state: "current" });
    expect((await run("rollout", "status", "acme", "NONE")).code).toBe(4);
  });

  it("secret set --wait returns when all have it, and says how far it is line by line", async () => {
    const writing = set("2", "--wait");
    await told(2);
    one.give("a");
    await settled(1);
    one.give("b");
    const { code, stderr } = await writing;
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split("\n");
    expect(lines[0]).toBe("acme/secrets/DB_PASSWORD is at version 2");
    expect(lines.at(-1)).toBe("2 of 2 containers have version 2");
    // Waits share their readings, so a step between two readings has no line of its own.
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[012] of 2 containers have version 2/);
  });

  it("a program gets one object of a write and its wait", async () => {
    const writing = set("3", "--wait", "--json");
    await told(3);
    one.give("a");
    one.give("b");
    const { code, stdout, stderr } = await writing;
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 3,
      rollout: { version: 3, affected: 2, delivered: 2 },
    });
  });

  it("wait gives up after its time, says who has it not, and that the change goes on", async () => {
    await set("4");
    const waited = await run("rollout", "wait", "acme", "DB_PASSWORD", "--timeout", "1s");
    expect(waited.code).toBe(5);
    expect(waited.stderr).toContain(
      "keyhold: acme/secrets/DB_PASSWORD: after 1s 0 of 2 containers have version 4; a on acme/nodes/one is pending",
    );
    expect(waited.stderr).toContain("keyhold rollout wait acme/secrets/DB_PASSWORD --version 4");
  });

  it("wait says what superseded the version, and who gets it later", async () => {
    await told(4);
    await set("5");
    await told(5);
    one.give("a");
    one.say("b", { state: "STOPPED" });
    await settled(1);
    const waited = await run("rollout", "wait", "acme/secrets/DB_PASSWORD", "--version", "4");
    expect(waited.code).toBe(0);
    expect(waited.stderr.split("\n").slice(-4)).toEqual([
      "1 of 1 container has version 4",
      "  superseded by version 5, which was written meanwhile",
      "  1 more gets it only when started again: b on acme/nodes/one",
      "",
    ]);
  });

  it("a halted rollout is a failure that names the container, and says that the version before was written back", async () => {
    one.give("b", { state: "RUNNING" });
    await settled(2);
    const writing = set("6", "--wait", "--rollback-on-failure");
    await told(6);
    one.give("a", { halted: true, health: "UNHEALTHY", problem: FAILED });
    const { code, stderr } = await writing;
    expect(code).toBe(1);
    expect(stderr).toContain("acme/secrets/DB_PASSWORD is at version 6");
    expect(stderr).toContain("version 6 of acme/secrets/DB_PASSWORD was taken back: node acme/nodes/one");
    expect(stderr).toContain(FAILED);
    expect(stderr).toContain("version 5 was written back");
    await told(7);
    one.give("a", { halted: false, health: "HEALTHY", problem: "" });
    one.give("b");
    await settled(2);
    expect((await run("rollout", "wait", "acme", "DB_PASSWORD")).stderr).toBe(
      "2 of 2 containers have version 7\n",
    );
    const again = await run("rollout", "wait", "acme", "DB_PASSWORD", "--version", "6");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("was taken back")]);
  });

  it("list shows what became of each change", async () => {
    const listed = await run("rollout", "list", "acme");
    const rows = listed.stdout.split("\n").map((line) => line.split(/ {2,}/).slice(1, 4).join(" "));
    expect(rows).toEqual(
      expect.arrayContaining([
        "SECRET VERSION STATE",
        "acme/secrets/DB_PASSWORD 6 rolled back",
        "acme/secrets/DB_PASSWORD 4 superseded",
        "acme/secrets/DB_PASSWORD 3 done",
      ]),
    );
    const [newest] = JSON.parse((await run("rollout", "list", "acme", "--json")).stdout);
    expect(newest).toMatchObject({ secret: `${ORG}/secrets/DB_PASSWORD`, version: 7 });
  });

  it("secret rollback and secret delete wait as well", async () => {
    const back = run("secret", "rollback", "acme", "DB_PASSWORD", "--to", "4", "--wait");
    await told(8);
    one.give("a");
    one.give("b");
    expect((await back).stderr).toContain("2 of 2 containers have version 8");
    const gone = run("secret", "delete", "acme", "DB_PASSWORD", "--wait");
    await told(0);
    one.give("a");
    one.give("b");
    expect(await gone).toMatchObject({ code: 0 });
    // They may have given it up before the wait began to look.
    expect((await gone).stderr).toMatch(/2 of 2 containers are without it|no container that runs uses it/);
  });

  it("refuses what makes no sense before anything is written, and says when nobody is there", async () => {
    const early = await set("8", "--timeout", "1m");
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("give --wait as well")]);
    expect((await run("rollout", "wait", "acme", "DB_PASSWORD", "--timeout", "soon")).code).toBe(2);
    const nobody = { ...environment, KEYHOLD_SERVER: "127.0.0.1:1" };
    expect(
      (await keyhold(["rollout", "wait", "acme", "DB_PASSWORD", "--version", "1"], { environment: nobody }))
        .code,
    ).toBe(5);
  });
});
