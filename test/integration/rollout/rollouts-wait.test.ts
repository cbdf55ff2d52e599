import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../../cli/api/api.ts";
import type { RolloutStatus__Output } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import { World } from "../api/world.ts";
import { ORG, TestAgent, workspace } from "../nodes/world.ts";
import { apiOf, Host, lines } from "./rollouts-world.ts";

/* Waiting until every running container has a version: a real server, real streams, hosts without an engine. */

const KEY = `${ORG}/secrets/KEY`;
/** As an agent says it. */
const FAILED =
  "container a did not become healthy after its restart for new values: it ended with exit code 1";
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

let world: World;
let owner: Api;
let one: Host;
let target: string;

beforeEach(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
  owner = apiOf(world);
  target = await workspace(world, "ws-1");
  await set(1);
  one = new Host(await (await TestAgent.enrolled(world, { nodeId: "one" })).run());
  await one.start("a", target);
  await one.start("b", target);
  await until(async () => expect((await status()).delivered).toBe(2));
});
afterEach(async () => {
  owner.close();
  await one.agent.remove();
  await world[Symbol.asyncDispose]();
});

async function set(value: number): Promise<void> {
  const secret = { name: KEY, kind: "SECRET_KIND_ENV", value: Buffer.from(`${value}`) } as const;
  await owner.call("SecretService", "UpdateSecret", {
    ...{ secret, updateMask: { paths: ["value"] }, allowMissing: true },
  });
}

const status = () => owner.call("RolloutService", "GetRolloutStatus", { secret: KEY });
const told = (version: number) => until(() => expect(one.knows(target, "KEY")).toBe(version));

/** A wait that goes on while the test does; what it was told, and how it ended. */
function wait(version: number, timeout?: number) {
  const heard: RolloutStatus__Output[] = [];
  const ended = (async () => {
    const request = { secret: KEY, version };
    for await (const each of owner.stream("RolloutService", "WaitRollout", request, timeout))
      heard.push(each);
    return "done";
  })().catch((thrown: { code: string; message: string }) => `${thrown.code}: ${thrown.message}`);
  const last = () => lines(heard.at(-1) as RolloutStatus__Output);
  return { heard, last, ended, begun: () => until(() => expect(heard.length).toBeGreaterThan(0)) };
}

describe("a wait", () => {
  it("tells of each step, and ends when every container has the version", async () => {
    await set(2);
    const waiting = wait(2);
    await waiting.begun();
    await told(2);
    one.give("a");
    await until(() => expect(waiting.last()).toEqual(["a 2 CURRENT", "b 1 PENDING"]));
    one.give("b");
    expect(await waiting.ended).toBe("done");
    expect(waiting.heard.map(({ delivered, affected }) => `${delivered} of ${affected}`)).toEqual([
      "0 of 2",
      "1 of 2",
      "2 of 2",
    ]);
    expect(await wait(2).ended).toBe("done");
  });

  it("does not end while a container is stopped for its restart, and ends without one that is removed", async () => {
    await set(2);
    const waiting = wait(2);
    await waiting.begun();
    await told(2);
    one.give("a");
    one.say("b", { state: "STOPPED" });
    await until(async () => expect(lines(await status())).toEqual(["a 2 CURRENT", "b 1 NEXT_START"]));
    await until(() => expect(waiting.last()).toEqual(["a 2 CURRENT", "b 1 PENDING"]));
    one.remove("b");
    expect(await waiting.ended).toBe("done");
  });

  it("goes on while an agent is replaced, also where its server is told of a new version meanwhile", async () => {
    await set(2);
    const waiting = wait(2);
    await waiting.begun();
    await one.agent.stop();
    await until(() => expect(waiting.last()).toEqual(["a 1 UNREACHABLE", "b 1 UNREACHABLE"]));
    await set(3);
    await one.agent.run();
    await one.agent.ask(target);
    await told(3);
    one.give("a");
    one.give("b");
    expect(await waiting.ended).toBe("done");
    expect(waiting.heard.at(-1)).toMatchObject({ version: 3, affected: 2, delivered: 2 });
  });

  it("ends without a container that somebody pauses: it gets the version when it is unpaused", async () => {
    await set(2);
    const waiting = wait(2);
    await waiting.begun();
    await told(2);
    one.give("a");
    one.say("b", { paused: true });
    expect(await waiting.ended).toBe("done");
    expect(waiting.last()).toEqual(["a 2 CURRENT", "b 1 NEXT_START"]);
    expect((await status()).containers.map(({ problem }) => problem)).toEqual(["", "it is paused"]);
    const listed = async () => (await owner.call("RolloutService", "ListRollouts", { parent: ORG })).rollouts;
    await until(async () => expect((await listed())[0]).toMatchObject({ version: 2, state: "DONE" }));
    one.say("b", { paused: false, due: true });
    await until(async () => expect(lines(await status())).toEqual(["a 2 CURRENT", "b 1 PENDING"]));
  });

  it("does not wait for nodes that were away when it began", async () => {
    await one.agent.stop();
    await set(2);
    await until(async () => expect((await status()).containers[0]?.state).toBe("UNREACHABLE"));
    const waiting = wait(2);
    expect(await waiting.ended).toBe("done");
    expect(waiting.heard).toMatchObject([{ affected: 0, delivered: 0 }]);
  });

  it("is aborted by a container that did not become healthy, and names it", async () => {
    await set(2);
    const waiting = wait(2);
    await waiting.begun();
    await told(2);
    one.give("a", { halted: true, health: "UNHEALTHY", problem: FAILED });
    const ended = await waiting.ended;
    expect(ended).toMatch(/^conflict: version 2 of acme\/secrets\/KEY is halted: .*node acme\/nodes\/one/);
    expect(ended).toContain(FAILED);
  });

  it("for the deletion of a secret ends when nobody has it", async () => {
    await owner.call("SecretService", "DeleteSecret", { name: KEY, purge: true });
    const waiting = wait(0);
    await waiting.begun();
    await told(0);
    one.give("a");
    one.give("b");
    expect(await waiting.ended).toBe("done");
    expect(waiting.heard.at(-1)).toMatchObject({ version: 0, affected: 2, delivered: 2 });
    expect(await wait(0).ended).toBe("done");
  });

  it("ends at the caller's deadline, when the caller goes, and when the server ends", async () => {
    await set(2);
    expect(await wait(2, 300).ended).toMatch(/^timeout: /);
    for await (const each of owner.stream("RolloutService", "WaitRollout", { secret: KEY, version: 2 })) {
      expect(each.affected).toBe(2);
      break;
    }
    const waiting = wait(2);
    await waiting.begun();
    await world.server.close();
    expect(await waiting.ended).toMatch(/^unavailable: .*shutting down/);
  });

  it("is refused for a version that there is not, and for what the caller may not list", async () => {
    expect(await wait(2).ended).toBe("invalid: there is no version 2 of acme/secrets/KEY: the newest is 1");
    const stranger = apiOf(world, await world.addUser("mia", "member"));
    const request = { secret: `${target}/secrets/KEY`, version: 1 };
    const [first] = [stranger.stream("RolloutService", "WaitRollout", request)[Symbol.asyncIterator]()];
    await expect(first.next()).rejects.toMatchObject({ code: "not-found" });
    stranger.close();
  });

  it("ends when the caller's token is revoked in the middle of it", async () => {
    const made = await world.call<{ secret: string; token: { name: string } }>(
      world.owner,
      "TokenService/CreateToken",
      { principal: "users/owner" },
    );
    const other = apiOf(world, made.secret);
    await set(2);
    const stream = other.stream("RolloutService", "WaitRollout", { secret: KEY, version: 2 });
    const answers = stream[Symbol.asyncIterator]();
    expect((await answers.next()).value).toMatchObject({ affected: 2 });
    await owner.call("TokenService", "RevokeToken", { name: made.token.name });
    await expect(answers.next()).rejects.toMatchObject({ code: "unauthenticated" });
    other.close();
  });
});
