import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newNodeKey } from "../../../agent/identity/certificate-request.ts";
import { reenrollRequest } from "../../../agent/identity/reenrol.ts";
import type { Clock } from "../../../agent/identity/renew.ts";
import type { KeyholdError } from "../../../common/errors.ts";
import { World } from "../api/world.ts";
import { audited, getNode, ORG, TestAgent, workspace } from "./world.ts";

/*
 * Certificates that are renewed, and certificates that have ended. TLS looks at the machine's own clock, so a certificate that has
 * ended is one that was made while the clock of this process stood three days back.
 */

const HOUR = 3_600_000;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

/** Turned by hand; who sleeps wakes up when it is turned. */
class HandClock implements Clock {
  #now = Date.now();
  #wake: (() => void)[] = [];
  now = () => this.#now;
  sleep(_milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  turn(milliseconds: number) {
    this.#now += milliseconds;
    for (const wake of this.#wake.splice(0)) wake();
  }
}

describe("a certificate at half of its life", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    await world.populate({ alice: "member" });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is renewed without a new stream, and shown at the next connection", async () => {
    const agent = await TestAgent.enrolled(world, { nodeId: "renews" });
    const clock = new HandClock();
    await agent.run(clock);
    const name = await workspace(world, "renewing");
    expect(await agent.ask(name)).toBe("bundle");
    clock.turn(11 * HOUR);
    expect(await agent.ask(await workspace(world, "before"))).toBe("bundle");
    expect(agent.renewed).toEqual([]);
    clock.turn(2 * HOUR);
    await until(() => expect(agent.renewed).toHaveLength(1));
    expect(agent.renewed[0]?.certificate).not.toBe(agent.identity.certificate);
    expect(await readFile(join(agent.directory, "node.crt"), "utf8")).toBe(agent.renewed[0]?.certificate);
    // The stream still brings news, and neither side has had another.
    expect(await agent.ask(await workspace(world, "afterwards"))).toBe("bundle");
    expect(agent.streams).toBe(1);
    expect(await audited(world, "agent/connect")).toHaveLength(1);
    await agent.stop();
    await agent.run();
    expect(await agent.ask(name)).toBe("bundle");
    expect(await audited(world, "agent/connect")).toHaveLength(2);
    expect(agent.identity.certificate).toBe(agent.renewed[0]?.certificate);
    await agent.remove();
  });
});

describe("a certificate that has ended", () => {
  let world: World;
  let present: number;
  const hosts: Record<string, TestAgent> = {};
  const host = (name: string) => hosts[name] as TestAgent;

  beforeAll(async () => {
    present = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: present - 72 * HOUR });
    world = await World.start();
    await world.populate({ alice: "member" });
    for (const nodeId of ["off", "asleep", "gone", "asked"]) {
      hosts[nodeId] = await TestAgent.enrolled(world, { nodeId, projects: [`${ORG}/projects/web`] });
    }
    vi.setSystemTime(present);
  });
  afterAll(async () => {
    for (const agent of Object.values(hosts)) await agent.remove();
    await world[Symbol.asyncDispose]();
    vi.useRealTimers();
  });

  it("is of no use on the node port", async () => {
    const { certificate, key } = host("asked").identity;
    const shown = { certificate, key: key.export({ type: "pkcs8", format: "pem" }).toString() };
    const call = world.callAsNode(shown, "AgentService/Renew", { certificateRequest: "x" });
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is replaced when its agent starts: no person, no token, and what its containers need streams again", async () => {
    const agent = host("off");
    const before = agent.identity;
    await agent.identify(world);
    expect(agent.identity).toMatchObject({ node: before.node, nodePort: before.nodePort });
    expect(agent.identity.certificate).not.toBe(before.certificate);
    await agent.run();
    expect(await agent.ask(await workspace(world, "again"))).toBe("bundle");
    expect(await agent.ask(`${ORG}/projects/web`)).toBe("bundle");
    expect(await audited(world, "keyhold.v1.AgentService/Reenroll")).toMatchObject([
      { resource: agent.name, result: "OK" },
    ]);
    const node = await getNode(world, agent.name);
    expect(Number(node.certificateExpireTime?.seconds)).toBe(Math.floor(agent.identity.notAfter / 1000));
  });

  it("is replaced while its agent runs, as on a laptop that has slept: its stream comes back by itself", async () => {
    const agent = await host("asleep").run();
    expect(await agent.ask(`${ORG}/projects/web`)).toBe("bundle");
    expect(agent.renewed).toHaveLength(1);
    expect(agent.lines.join()).toContain("The node's certificate was renewed");
  });

  it("of a revoked node stays as it is, and the agent says what to do", async () => {
    const agent = host("gone");
    await world.call(world.owner, "NodeService/RevokeNode", { name: agent.name });
    await expect(agent.identify(world)).rejects.toMatchObject({
      code: "denied",
      message: "node gone of acme is revoked",
      next: expect.stringContaining("keyhold node join-token acme --name gone"),
    });
    await agent.run();
    await until(() => expect(agent.lines.join()).toContain("This node is revoked"));
    expect(await audited(world, "keyhold.v1.AgentService/Reenroll")).toContainEqual(
      expect.objectContaining({ resource: agent.name, result: "PERMISSION_DENIED" }),
    );
  });

  it("does not keep an agent from starting while the control plane is away", async () => {
    const agent = host("asked");
    const away = { server: { ...world.server, apiAddress: "127.0.0.1:1" } } as unknown as World;
    await agent.identify(away);
    expect(agent.lines.join()).toContain("The node's certificate has expired, starting without");
    expect(agent.identity.notAfter).toBeLessThan(Date.now());
  });

  describe("what the control plane asks for", () => {
    const send = (request: object) =>
      world.call(undefined, "AgentService/Reenroll", request).then(
        () => "ok",
        (thrown: KeyholdError) => `${thrown.code}: ${thrown.message}`,
      );
    const request = (change: object = {}, signTime = Date.now()) => ({
      ...reenrollRequest(host("asked").identity, signTime),
      ...change,
    });
    /** Each at another time, as a statement is good once. */
    const later = () => vi.setSystemTime(Date.now() + 1000);

    it("is a statement that is fresh, and was not used before", async () => {
      const fresh = request();
      expect(await send(fresh)).toBe("ok");
      expect(await send(fresh)).toBe("unauthenticated: the statement was used before");
      later();
      expect(await send(request())).toBe("ok");
      for (const apart of [-6, 6]) {
        const stale = request({}, Date.now() + apart * 60_000);
        expect(await send(stale)).toContain("clock and the server's are 6 minutes apart");
      }
      expect(await send(request({}, Date.now() + 240_000))).toBe("ok");
    });

    it("is the key the node was enrolled with, and it says no more to who has another", async () => {
      later();
      const stranger = { node: host("asked").name, key: await newNodeKey() };
      const refused = await send(reenrollRequest(stranger, Date.now()));
      expect(refused).toContain("unauthenticated: there is no node asked in acme, or it was enrolled with");
      const nobody = { node: `${ORG}/nodes/nobody`, key: stranger.key };
      expect(await send(reenrollRequest(nobody, Date.now()))).toBe(refused.replace("asked", "nobody"));
      const gone = { node: host("gone").name, key: stranger.key };
      expect(await send(reenrollRequest(gone, Date.now()))).toBe(refused.replace("asked", "gone"));
    });

    it("is that nothing of it was changed", async () => {
      // By then the failures of the tests before do not count any more.
      vi.setSystemTime(Date.now() + 3_600_000);
      const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
      const { certificateRequest } = reenrollRequest({ ...host("asked").identity, key: other }, Date.now());
      for (const change of [
        { name: host("off").name },
        { certificateRequest },
        { signTime: { seconds: Math.floor(Date.now() / 1000) + 1 } },
        { signature: Buffer.alloc(256, 1) },
      ]) {
        expect(await send(request(change))).toContain("unauthenticated: there is no node");
      }
      expect(await send({})).toContain("invalid");
      expect(await send(request())).toBe("ok");
    });
  });
});
