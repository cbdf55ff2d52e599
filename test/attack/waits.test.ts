import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretName } from "../../common/resource-name.ts";
import type { RolloutReading } from "../../controlplane/api/rollouts/rollout-status.ts";
import { WAITS_PER_PRINCIPAL } from "../../controlplane/api/rollouts/rollout-wait.ts";
import { SharedReadings } from "../../controlplane/api/rollouts/shared-readings.ts";
import { World } from "../integration/api/world.ts";
import { ORG, TestAgent, workspace } from "../integration/nodes/world.ts";
import { apiOf, Host } from "../integration/rollout/rollouts-world.ts";
import { ORGANIZATION } from "../integration/store/world.ts";

const KEY = `${ORG}/secrets/KEY`;

describe("a member who waits for one secret with a hundred streams", () => {
  let world: World;
  let member: string;
  let host: Host;
  let target: string;
  beforeAll(async () => {
    world = await World.start();
    ({ mallory: member } = await world.populate({ mallory: "member", alice: "member" }));
    target = await workspace(world, "ws-1");
    const set = (value: string) =>
      world.call(world.owner, "SecretService/UpdateSecret", {
        secret: { name: KEY, kind: "SECRET_KIND_ENV", value: Buffer.from(value) },
        ...{ updateMask: { paths: ["value"] }, allowMissing: true },
      });
    await set("1");
    host = new Host(await (await TestAgent.enrolled(world, { nodeId: "one" })).run());
    await host.start("a", target);
    // The container never gets it: the waits do not end.
    await set("2");
  });
  afterAll(async () => {
    await host.agent.remove();
    await world[Symbol.asyncDispose]();
  });

  it("has five of them, and is told the limit by all others", async () => {
    const api = apiOf(world, member);
    const refused: string[] = [];
    let begun = 0;
    const wait = async () => {
      try {
        const request = { secret: KEY, version: 2 };
        const told = api.stream("RolloutService", "WaitRollout", request)[Symbol.asyncIterator]();
        await told.next();
        begun += 1;
        while (!(await told.next()).done);
      } catch (thrown) {
        refused.push(String((thrown as Error).message));
      }
    };
    const waits = Array.from({ length: 100 }, wait);
    await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(100 - WAITS_PER_PRINCIPAL);
    expect(refused.every((message) => message.includes(`the limit is ${WAITS_PER_PRINCIPAL}`))).toBe(true);
    await expect.poll(() => begun, { timeout: 20_000 }).toBeGreaterThanOrEqual(WAITS_PER_PRINCIPAL);
    expect(begun).toBe(WAITS_PER_PRINCIPAL);
    // It gets the version after all.
    await expect.poll(() => host.knows(target, "KEY"), { timeout: 20_000 }).toBe(2);
    host.give("a");
    await Promise.all(waits);
    expect(refused.length).toBe(100 - WAITS_PER_PRINCIPAL);
    api.close();
  });
});

describe("many members who wait for the same version", () => {
  const name = secretName(ORGANIZATION, "KEY");
  const reading = { asked: { name, record: undefined }, placings: [], rollout: undefined } as RolloutReading;

  it("make the server read it once, and once more for news of their organization only", async () => {
    let tell: (organization: string | undefined) => void = () => undefined;
    const readings = new SharedReadings({
      read: async () => reading,
      onNews: (listener) => {
        tell = listener;
        return () => undefined;
      },
      ...{ every: 60_000, pause: 1 },
    });
    const followers = Array.from({ length: 100 }, () => readings.follow(name, 1));
    const all = () => Promise.all(followers.map((follower) => follower.next()));
    await all();
    expect(readings.count).toBeLessThanOrEqual(2);
    const before = readings.count;
    for (let index = 0; index < 50; index += 1) tell("globex");
    for (let index = 0; index < 50; index += 1) tell("acme");
    await all();
    expect(readings.count).toBe(before + 1);
    readings.close();
    expect(await all()).toEqual(followers.map(() => undefined));
  });
});
