import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../../cli/api/api.ts";
import { World } from "../api/world.ts";
import { ORG, TestAgent, workspace } from "../nodes/world.ts";
import { apiOf, Host, lines } from "./rollouts-world.ts";

/* Who has which version: a real server and real streams, to which hosts without an engine report. */

const KEY = `${ORG}/secrets/KEY`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

let world: World;
let owner: Api;
let alice: Api;
let one: Host;
let two: Host;
let target: string;
let aliceToken: string;

beforeEach(async () => {
  world = await World.start();
  const people = await world.populate({ alice: "member" });
  aliceToken = people.alice;
  await connect();
  target = await workspace(world, "ws-1");
  await set(1);
  one = await host("one");
  two = await host("two", [`${ORG}/projects/web`]);
  await one.start("a", target);
});
afterEach(async () => {
  owner.close();
  alice.close();
  await one.agent.remove();
  await two.agent.remove();
  await world[Symbol.asyncDispose]();
});

async function connect(): Promise<void> {
  owner = apiOf(world);
  alice = apiOf(world, aliceToken);
}

/** The server, and not the agents: they are away before it is back. */
async function restart(): Promise<void> {
  const { directory, server } = world;
  await server.close();
  await one.agent.stop();
  owner.close();
  alice.close();
  world = await World.start(directory);
  await connect();
}

async function host(nodeId: string, projects: string[] = []): Promise<Host> {
  const agent = await TestAgent.enrolled(world, { nodeId, projects });
  const made = new Host(await agent.run());
  await until(() => expect(agent.session.connected).toBe(true));
  return made;
}

async function set(value: string | number, scope = ORG, api = owner): Promise<number> {
  const secret = {
    name: `${scope}/secrets/KEY`,
    kind: "SECRET_KIND_ENV",
    value: Buffer.from(`${value}`),
  } as const;
  const request = { secret, updateMask: { paths: ["value"] }, allowMissing: true };
  return (await api.call("SecretService", "UpdateSecret", request)).version;
}

const status = (secret = KEY, api = owner) => api.call("RolloutService", "GetRolloutStatus", { secret });
const shows = (expected: string[], secret = KEY) =>
  until(async () => expect(lines(await status(secret, alice))).toEqual(expected));
const told = (version: number) => until(() => expect(one.knows(target, "KEY")).toBe(version));

describe("the status of a secret", () => {
  it("lists a container with a version only once its agent has said so", async () => {
    await shows(["a 1 CURRENT"]);
    await set(2);
    await told(2);
    expect(await status()).toMatchObject({ version: 2, affected: 1, delivered: 0 });
    await shows(["a 1 PENDING"]);
    one.give("a");
    await shows(["a 2 CURRENT"]);
    expect(await status()).toMatchObject({ version: 2, affected: 1, delivered: 1 });
  });

  it("says of a container on a node that is away, also after a new start of the server, what it said last", async () => {
    await shows(["a 1 CURRENT"]);
    await one.agent.stop();
    await set(2);
    await shows(["a 1 UNREACHABLE"]);
    expect(await status()).toMatchObject({ affected: 0, containers: [{ node: `${ORG}/nodes/one`, target }] });
    await restart();
    expect(lines(await status(KEY, alice))).toEqual(["a 1 UNREACHABLE"]);
  });

  it("counts nodes that look for a server that was started again as they were", async () => {
    await shows(["a 1 CURRENT"]);
    await restart();
    await set(2);
    expect(lines(await status(KEY, alice))).toEqual(["a 1 PENDING"]);
    expect(await status()).toMatchObject({ affected: 1, delivered: 0 });
  });

  it("has those that run with another level's value by now no more, and those that still have it", async () => {
    const own = `${target}/secrets/KEY`;
    await set("mine", target, alice);
    await until(() => expect(one.knows(target, "KEY")).toBe(1));
    await shows(["a 1 PENDING"]);
    await shows(["a 0 PENDING"], own);
    one.give("a");
    await shows([]);
    await shows(["a 1 CURRENT"], own);
    await alice.call("SecretService", "DeleteSecret", { name: own });
    expect(await status(own, alice)).toMatchObject({ version: 0, affected: 1, delivered: 0 });
    await shows(["a 1 PENDING"], own);
    await shows(["a 0 PENDING"]);
  });

  it("counts an equal value as the version: nothing has to be done for it, and the node is not even told", async () => {
    await shows(["a 1 CURRENT"]);
    await set(2);
    await set(1);
    expect(lines(await status(KEY, alice))).toEqual(["a 3 CURRENT"]);
    // The same value from elsewhere.
    await set(1, target, alice);
    await owner.call("SecretService", "DeleteSecret", { name: KEY, purge: true });
    await shows(["a 1 CURRENT"], `${target}/secrets/KEY`);
  });

  it("tells nobody the names of workspaces that they may not see", async () => {
    await until(async () => expect((await status()).containers).toHaveLength(1));
    const stranger = apiOf(world, await world.addUser("mia", "member"));
    one.say("a", { problem: "alice's own trouble" });
    await until(async () =>
      expect((await status(KEY, alice)).containers[0]).toMatchObject({ problem: "alice's own trouble" }),
    );
    const hidden = { dependents: [], node: "", containerId: "", containerName: "", target: "", problem: "" };
    expect((await status(KEY, stranger)).containers).toEqual([{ ...hidden, version: 1, state: "CURRENT" }]);
    await expect(status(`${target}/secrets/KEY`, stranger)).rejects.toMatchObject({ code: "not-found" });
    stranger.close();
  });

  it("knows what is left at the next start, for a window, and for good", async () => {
    const wants = {
      ...{ onChange: "ignore", allSecrets: true, secrets: [], variables: [], userId: 0, groupId: 0 },
      ...{ hasDirectory: true, mountedPaths: [], service: "", restartsDependents: false },
    };
    await two.start("b", `${ORG}/projects/web`, { wants });
    await one.start("c", target, { waitingUntil: { seconds: 1_800_000_000, nanos: 0 } });
    await one.start("d", target, { state: "STOPPED" });
    await one.start("e", target, { rolloutGroup: "web" });
    await until(async () => expect((await status()).containers).toHaveLength(5));
    await set(2);
    await until(async () =>
      expect(lines(await status(KEY, owner)).map((line) => line.split(" ").at(-1))).toEqual([
        "PENDING",
        "WAITING",
        "NEXT_START",
        "PENDING",
        "NEXT_START",
      ]),
    );
    expect(await status()).toMatchObject({ affected: 3, delivered: 0 });
    const waits = (await status(KEY, alice)).containers.find(({ state }) => state === "WAITING");
    expect(waits?.problem).toBe("its maintenance window opens at 2027-01-15T08:00:00Z");
    await told(2);
    one.give("a", { halted: true, health: "UNHEALTHY", problem: "it ended with exit code 1" });
    await until(async () =>
      expect(lines(await status(KEY, alice))).toEqual([
        "a 2 HALTED",
        "c 1 WAITING",
        "d 1 NEXT_START",
        "e 1 PENDING",
        "b 1 NEXT_START",
      ]),
    );
    one.say("c", { waitingUntil: null });
    await shows(["a 2 HALTED", "c 1 HALTED", "d 1 NEXT_START", "e 1 PENDING", "b 1 NEXT_START"]);
  });

  it("forgets a node that is revoked, and a container that is gone", async () => {
    await two.start("b", `${ORG}/projects/web`);
    await until(async () => expect((await status()).containers).toHaveLength(2));
    two.remove("b");
    await shows(["a 1 CURRENT"]);
    await owner.call("NodeService", "RevokeNode", { name: one.agent.name });
    await shows([]);
  });

  it("is refused for a secret that is not there, if nobody has it either", async () => {
    await expect(status(`${ORG}/secrets/NONE`)).rejects.toMatchObject({ code: "not-found" });
    await shows(["a 1 CURRENT"]);
    await owner.call("SecretService", "DeleteSecret", { name: KEY, purge: true });
    await shows(["a 1 PENDING"]);
    await until(() => expect(one.knows(target, "KEY")).toBe(0));
    one.give("a");
    await until(() => expect(status()).rejects.toMatchObject({ code: "not-found" }));
  });
});

it("what a preview says is of all servers' nodes, and of those that were there before this one started", async () => {
  await shows(["a 1 CURRENT"]);
  await restart();
  const change = { delete: { name: KEY } };
  const { effects } = await alice.call("SecretService", "PreviewSecretChange", {
    create: { parent: target, secretId: "KEY", secret: { kind: "SECRET_KIND_ENV", value: Buffer.from("x") } },
  });
  expect(effects.map(({ containerName, action }) => `${containerName} ${action}`)).toEqual(["a RESTART"]);
  expect((await owner.call("SecretService", "PreviewSecretChange", change)).effects).toHaveLength(2);
});

it("a preview says of a paused container that its restart comes later", async () => {
  one.say("a", { paused: true });
  await until(async () => {
    const { effects } = await alice.call("SecretService", "PreviewSecretChange", {
      create: {
        parent: target,
        secretId: "KEY",
        secret: { kind: "SECRET_KIND_ENV", value: Buffer.from("x") },
      },
    });
    expect(effects).toMatchObject([
      { action: "RESTART", reason: expect.stringMatching(/ It is paused: once it is unpaused\.$/) },
    ]);
  });
});
