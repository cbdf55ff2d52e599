import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Api } from "../../../cli/api/api.ts";
import type { Rollout__Output } from "../../../proto/gen/keyhold/v1/Rollout.ts";
import { World } from "../api/world.ts";
import { audited, ORG, workspace } from "../nodes/world.ts";
import { Fleet, GroupHost } from "./group-world.ts";
import { apiOf } from "./rollouts-world.ts";

/* Groups of containers on two hosts: a real server, real streams, and hosts that do what agents do. */

const SECRET = `${ORG}/secrets/KEY`;
const WEB = `${ORG}/projects/web`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

let world: World;
let owner: Api;
let fleet: Fleet;
let one: GroupHost;
let two: GroupHost;
let aliceToken: string;
let carlToken: string;

beforeEach(async () => {
  world = await World.start();
  ({ alice: aliceToken, carl: carlToken } = await world.populate({ alice: "admin", carl: "member" }));
  owner = apiOf(world);
  fleet = new Fleet();
  await set("good-1");
  one = await GroupHost.enrolled(world, fleet, "one", [WEB]);
  two = await GroupHost.enrolled(world, fleet, "two", [WEB]);
});
afterEach(async () => {
  owner.close();
  await one.agent.remove();
  await two.agent.remove();
  await world[Symbol.asyncDispose]();
});

/** a and c on host one, b and d on host two. */
async function startAll(fields: Parameters<GroupHost["start"]>[2] = {}): Promise<void> {
  for (const name of ["a", "c"]) await one.start(name, WEB, fields);
  for (const name of ["b", "d"]) await two.start(name, WEB, fields);
  await until(async () => expect((await status()).containers).toHaveLength(4));
}

const status = () => owner.call("RolloutService", "GetRolloutStatus", { secret: SECRET });

async function set(value: string, more: object = {}, api = owner): Promise<number> {
  const secret = { name: SECRET, kind: "SECRET_KIND_ENV", value: Buffer.from(value) } as const;
  const request = { secret, updateMask: { paths: ["value"] }, allowMissing: true, ...more };
  return (await api.call("SecretService", "UpdateSecret", request)).version;
}

/** The same, and host one comes first: whose reports arrive first would be chance. */
async function roll(value: string, more: object = {}, api = owner): Promise<number> {
  const { begun } = fleet;
  two.isPatient = true;
  two.report();
  const version = await set(value, more, api);
  await until(() => expect(fleet.begun).toBeGreaterThan(begun));
  two.isPatient = false;
  two.report();
  return version;
}

async function rollouts(api = owner): Promise<readonly Rollout__Output[]> {
  return (await api.call("RolloutService", "ListRollouts", { parent: ORG })).rollouts;
}

/** Newest first: `2 RUNNING 1/4`. */
async function shown(): Promise<string[]> {
  return (await rollouts()).map((each) => {
    return `${each.version} ${each.state} ${each.containersDone}/${each.containersTotal}`;
  });
}

const comesTo = (...expected: string[]) => until(async () => expect(await shown()).toEqual(expected));

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://${world.server.httpAddress}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

/** The server, and not the agents. */
async function restart(): Promise<void> {
  const { directory, server } = world;
  await server.close();
  owner.close();
  const [, nodePort] = server.nodeAddress.split(":");
  const [, apiPort] = server.apiAddress.split(":");
  const ports = { nodeListen: `127.0.0.1:${nodePort}`, apiListen: `127.0.0.1:${apiPort}` };
  world = await World.start(directory, ports);
  owner = apiOf(world);
}

describe("a new version", () => {
  test("comes to the containers of a group one after the other, across hosts, in the order of nodes and names", async () => {
    await startAll();
    expect(await roll("good-2")).toBe(2);
    await comesTo("2 DONE 4/4");
    expect(fleet.restarts).toEqual(["a good-2", "c good-2", "b good-2", "d good-2"]);
    expect(fleet.mostDown).toBe(1);
    const [rollout] = await rollouts();
    expect(rollout).toMatchObject({
      ...{ secret: SECRET, creator: "users/owner", problem: "", rollbackOnFailure: false },
      ...{ createTime: { seconds: expect.any(Number) }, endTime: { seconds: expect.any(Number) } },
    });
    expect(await owner.call("RolloutService", "GetRollout", { name: rollout?.name ?? "" })).toEqual(rollout);
    expect(await metric('keyhold_rollout_steps_total{what="ended"}')).toBe(4);
    expect(await metric('keyhold_rollouts{state="done"}')).toBe(1);
    expect(await metric('keyhold_stream_messages_sent_total{kind="step"}')).toBe(4);
  });

  test("comes to as many at the same time as may be unavailable", async () => {
    await startAll({ maxUnavailable: 2 });
    for (const name of ["a", "c"]) fleet.held.add(name);
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(2));
    await comesTo("2 RUNNING 0/4");
    for (const name of ["a", "c"]) one.release(name);
    for (const name of ["a", "c"]) one.release(name);
    await comesTo("2 DONE 4/4");
    expect(fleet.mostDown).toBe(2);
    expect(fleet.restarts.toSorted()).toEqual(["a good-2", "b good-2", "c good-2", "d good-2"]);
  });

  test("is followed by one that is written meanwhile: nobody gets the older one any more", async () => {
    await startAll();
    fleet.held.add("a");
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(1));
    await set("good-3");
    await comesTo("3 RUNNING 0/4", "2 SUPERSEDED 0/4");
    one.release("a");
    one.release("a");
    await comesTo("3 DONE 4/4", "2 SUPERSEDED 0/4");
    expect(fleet.restarts.slice(1)).toEqual(["c good-3", "b good-3", "d good-3"]);
    expect(fleet.mostDown).toBe(1);
  });

  test("waits while all of its containers wait for their window", async () => {
    await startAll({ waitingUntil: { seconds: 4_000_000_000, nanos: 0 } });
    await set("good-2");
    await comesTo("2 WAITING 0/4");
    expect(fleet.restarts).toEqual([]);
  });

  test("takes a deleted secret away in steps as well", async () => {
    await startAll();
    await owner.call("SecretService", "DeleteSecret", { name: SECRET });
    await comesTo("0 DONE 4/4");
    expect(fleet.mostDown).toBe(1);
    expect(fleet.restarts).toHaveLength(4);
  });
});

describe("a container that does not become healthy", () => {
  test("halts the rollout, which is shown, audited and counted, until there is a version that works", async () => {
    await startAll();
    fleet.bad.add("bad");
    await roll("bad");
    await comesTo("2 HALTED 1/4");
    const [rollout] = await rollouts();
    expect(rollout?.problem).toBe(
      'node acme/nodes/one reports "container a did not become healthy: its HEALTHCHECK fails"; ' +
        "until then no other container of group web is restarted; " +
        "to go back: keyhold secret rollback acme KEY --to 1",
    );
    expect(await audited(world, "server/rollout.halted")).toEqual([
      expect.objectContaining({
        ...{ resource: rollout?.name, result: "ABORTED", comment: rollout?.problem },
        // The server's own doing, whoever's write it was that it heard of.
        ...{ principal: "", requestId: "", version: 2 },
      }),
    ]);
    expect(await metric("keyhold_rollouts_halted_total")).toBe(1);
    expect(await metric('keyhold_rollouts{state="halted"}')).toBe(1);
    // Nothing but a report of everybody: nothing comes of it.
    two.report();
    one.report();
    await set("good-3");
    await comesTo("3 DONE 4/4", "2 SUPERSEDED 1/4");
    expect(fleet.restarts).toEqual(["a bad", "a good-3", "c good-3", "b good-3", "d good-3"]);
    expect(fleet.mostDown).toBe(1);
  });

  test("halts it no longer once it is healthy after all, or gone", async () => {
    await startAll();
    fleet.bad.add("slow");
    await roll("slow");
    await comesTo("2 HALTED 1/4");
    fleet.bad.delete("slow");
    one.cure("a");
    await comesTo("2 DONE 4/4");
    fleet.bad.add("bad");
    await roll("bad");
    await comesTo("3 HALTED 1/4", "2 DONE 4/4");
    fleet.bad.delete("bad");
    one.remove("a");
    await comesTo("3 DONE 3/3", "2 DONE 4/4");
  });

  test("has the version before written back where the writer wants it, by the writer, and the others never had it", async () => {
    await startAll();
    fleet.bad.add("bad");
    const alice = apiOf(world, aliceToken);
    expect(await roll("bad", { rollbackOnFailure: true }, alice)).toBe(2);
    alice.close();
    await comesTo("3 DONE 1/1", "2 ROLLED_BACK 1/4");
    expect(fleet.restarts).toEqual(["a bad", "a good-1"]);
    const [back, failed] = await rollouts();
    expect(failed).toMatchObject({
      rollbackOnFailure: true,
      problem: expect.stringMatching(/; version 1 was written back$/),
    });
    expect(back).toMatchObject({ rollbackOnFailure: false, creator: `${ORG}/users/alice`, problem: "" });
    const { versions } = await owner.call("SecretService", "ListSecretVersions", { parent: SECRET });
    expect(versions[0]).toMatchObject({ version: 3, rollbackOf: 1, creator: `${ORG}/users/alice` });
    expect(versions[0]?.comment).toMatch(/^written back by the server: version 2 did not become healthy/);
    expect(await audited(world, "server/rollout.written-back")).toEqual([
      expect.objectContaining({
        resource: SECRET,
        version: 3,
        principal: `${ORG}/users/alice`,
        result: "OK",
      }),
    ]);
    expect(await metric('keyhold_rollouts_written_back_total{result="done"}')).toBe(1);
  });

  test("stays halted where the version before cannot be written back, and says why, once", async () => {
    const large = "x".repeat(120 * 1024);
    const add = (name: string) =>
      owner.call("SecretService", "CreateSecret", {
        ...{ parent: ORG, secretId: name },
        secret: { kind: "SECRET_KIND_ENV", value: Buffer.from(large) },
      });
    await set(large);
    for (let index = 1; index <= 7; index += 1) await add(`LARGE_${index}`);
    await startAll();
    fleet.bad.add("bad");
    fleet.held.add("a");
    const version = await roll("bad", { rollbackOnFailure: true });
    // Now there is room for it; not for both.
    await add("LARGE_8");
    one.release("a");
    one.release("a");
    const found = async () => (await rollouts()).find((each) => each.version === version);
    await until(async () => expect((await found())?.problem).toMatch(/could not be written back: .*1048576/));
    expect(await found()).toMatchObject({ state: "HALTED", rollbackOnFailure: true });
    for (const host of [one, two]) host.report();
    await until(async () => expect(await metric('keyhold_rollout_steps_total{what="failed"}')).toBe(1));
    expect(await metric('keyhold_rollouts_written_back_total{result="refused"}')).toBe(1);
    expect(await metric('keyhold_rollouts_written_back_total{result="done"}')).toBe(0);
  });

  test("has a first version deleted again", async () => {
    await startAll();
    await owner.call("SecretService", "DeleteSecret", { name: SECRET, purge: true });
    await comesTo("0 DONE 4/4");
    fleet.restarts.length = 0;
    fleet.bad.add("bad");
    await roll("bad", { rollbackOnFailure: true });
    await comesTo("0 DONE 1/1", "1 ROLLED_BACK 1/4", "0 DONE 4/4");
    expect(fleet.restarts).toEqual(["a bad", "a "]);
  });

  test("halts on its host alone where it has no group, and has the version before written back all the same", async () => {
    const alone = { rolloutGroup: "", maxUnavailable: 0 };
    await startAll(alone);
    await set("bad", { rollbackOnFailure: true });
    await comesTo("2 RUNNING 0/4");
    fleet.bad.add("bad");
    await one.start("a", WEB, {
      ...alone,
      health: "UNHEALTHY",
      halted: true,
      problem: "container a did not become healthy",
    });
    await until(async () => expect((await shown())[1]).toBe("2 ROLLED_BACK 1/4"));
    expect((await rollouts())[1]?.problem).toMatch(
      /^node acme\/nodes\/one reports "container a did not .* of its host/,
    );
  });
});

describe("in the middle of a step", () => {
  test("a server that is started again gives it once more, and nobody else a turn", async () => {
    await startAll();
    fleet.held.add("a");
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(1));
    await restart();
    await until(async () => expect(await metric('keyhold_stream_messages_sent_total{kind="step"}')).toBe(1));
    await until(() => expect(two.agent.session.connected).toBe(true));
    expect(await shown()).toEqual(["2 RUNNING 0/4"]);
    one.release("a");
    await comesTo("2 RUNNING 1/4");
    one.release("a");
    await comesTo("2 DONE 4/4");
    expect(fleet.restarts).toEqual(["a good-2", "c good-2", "b good-2", "d good-2"]);
    expect(fleet.mostDown).toBe(1);
  });

  test("a container whose agent is away keeps its place, until the agent is back", async () => {
    await startAll();
    fleet.held.add("a");
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(1));
    await one.disconnect();
    two.report();
    await until(async () =>
      expect((await rollouts())[0]?.problem).toMatch(/waits for its node, which is not connected/),
    );
    one.release("a");
    one.release("a");
    expect(fleet.restarts).toEqual(["a good-2"]);
    await one.connect();
    await comesTo("2 DONE 4/4");
    expect(fleet.restarts.toSorted()).toEqual(["a good-2", "b good-2", "c good-2", "d good-2"]);
    expect(fleet.mostDown).toBe(1);
  });

  test("a node that is revoked gives its place to the others", async () => {
    await startAll();
    fleet.held.add("a");
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(1));
    await owner.call("NodeService", "RevokeNode", { name: one.agent.name });
    await comesTo("2 DONE 2/2");
    expect(fleet.restarts).toEqual(["b good-2", "d good-2"]);
  });

  test("a container that is restarted by hand is not restarted again", async () => {
    await startAll();
    fleet.held.add("a");
    await roll("good-2");
    await until(() => expect(fleet.mostDown).toBe(1));
    two.restart("b");
    one.release("a");
    one.release("a");
    await comesTo("2 DONE 4/4");
    expect(fleet.restarts).toEqual(["a good-2", "c good-2", "d good-2"]);
  });
});

describe("who may read of rollouts", () => {
  test("is who may list the secret, and of containers who may see their workspace", async () => {
    const carl = apiOf(world, carlToken);
    const alice = apiOf(world, aliceToken);
    const target = await workspace(world, "ws-1");
    await one.start("a", target);
    const own = { name: `${target}/secrets/OWN`, kind: "SECRET_KIND_ENV", value: Buffer.from("x") } as const;
    await until(async () => expect((await status()).containers).toHaveLength(1));
    await alice.call("SecretService", "UpdateSecret", {
      secret: own,
      updateMask: { paths: ["value"] },
      allowMissing: true,
    });
    fleet.bad.add("bad");
    await set("bad");
    await until(async () => expect((await rollouts(alice)).map(({ state }) => state)).toContain("HALTED"));
    expect((await rollouts(alice)).map(({ secret }) => secret)).toEqual([SECRET, own.name]);
    const seen = await rollouts(carl);
    expect(seen.map(({ secret }) => secret)).toEqual([SECRET]);
    expect(seen[0]?.problem).toMatch(/^A container of a workspace that is not visible to you/);
    const [, hidden] = await rollouts(alice);
    const asked = carl.call("RolloutService", "GetRollout", { name: hidden?.name ?? "" });
    await expect(asked).rejects.toMatchObject({ code: "not-found" });
    carl.close();
    alice.close();
  });
});
