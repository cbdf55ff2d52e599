import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { enrol } from "../../../agent/identity/enrol.ts";
import { codeOf, World } from "../api/world.ts";
import {
  api,
  audited,
  errors,
  getNode,
  joinToken,
  ORG,
  place,
  placementOf,
  TestAgent,
  workspace,
} from "./world.ts";

/* Join tokens, placement, moving, revocation: a real control plane, and agents that differ from real ones in having no engine. */

let world: World;
const agents: TestAgent[] = [];
beforeAll(async () => {
  // Time stands still where a test does not turn it on.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  world = await World.start();
  await world.populate({ alice: "member" });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.remove();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  vi.useRealTimers();
});

async function running(request: object = {}): Promise<TestAgent> {
  const agent = await TestAgent.enrolled(world, request);
  agents.push(agent);
  return agent.run();
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000, interval: 5 });

describe("a join token", () => {
  it("that 20 hosts use at the same moment makes one of them a node", async () => {
    const token = await joinToken(world, { nodeId: "crowd" });
    const hosts = Array.from({ length: 20 }, (_, index) => ({
      ...{ server: world.server.apiAddress, joinToken: token, hostName: `host-${index}`, api, errors },
      directory: `${world.directory}/host-${index}`,
    }));
    const codes = await Promise.all(hosts.map((host) => codeOf(enrol(host))));
    expect(codes.filter((code) => code === "ok")).toHaveLength(1);
    // The last ones may find that too many before them had failed.
    expect(codes.filter((code) => !["ok", "unauthenticated", "exhausted"].includes(code))).toEqual([]);
    const { nodes } = await world.call<{ nodes: unknown[] }>(world.owner, "NodeService/ListNodes", {
      parent: ORG,
    });
    expect(nodes).toHaveLength(1);
  });

  it("is good until its last second, and not after it", async () => {
    const ttl = { seconds: 10 };
    const [used, late] = [await joinToken(world, { ttl }), await joinToken(world, { ttl })];
    vi.setSystemTime(Date.now() + 9000);
    const enrolWith = async (token: string) => {
      const host = await TestAgent.onFreshHost();
      agents.push(host);
      await host.identify(world, token);
    };
    await enrolWith(used);
    vi.setSystemTime(Date.now() + 2000);
    await expect(enrolWith(late)).rejects.toThrow("the join token is expired");
  });

  it("of another server is not sent, and is good at its own all the same", async () => {
    const other = await World.start();
    try {
      await other.populate({});
      const token = await joinToken(other);
      const host = {
        hostName: "pinned",
        api,
        errors,
        joinToken: token,
        directory: `${other.directory}/host`,
      };
      await expect(enrol({ ...host, server: world.server.apiAddress })).rejects.toMatchObject({
        code: "denied",
        message: expect.stringContaining("the token was not sent"),
      });
      expect(world.lines.filter((line) => line.includes("pinned"))).toEqual([]);
      expect((await enrol({ ...host, server: other.server.apiAddress })).node).toBe(`${ORG}/nodes/pinned`);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe("a node", () => {
  it("gets the workspaces placed on it or claimed first by it, and no others", async () => {
    const [one, two] = [await running({ nodeId: "p-1" }), await running({ nodeId: "p-2" })];
    const mine = await workspace(world, "placed", one.name);
    const free = await workspace(world, "free");
    expect([await one.ask(mine), await two.ask(mine)]).toEqual([
      "bundle",
      expect.stringContaining("is placed on another node"),
    ]);
    expect([await two.ask(free), await placementOf(world, free)]).toEqual(["bundle", two.name]);
    expect(await one.ask(free)).toContain("is placed on another node");
  });

  it("that races another for a workspace wins or is refused: never both, never neither", async () => {
    const [one, two] = [await running(), await running()];
    for (let round = 0; round < 20; round += 1) {
      const name = await workspace(world, `race-${round}`);
      const answers = await Promise.all([one.ask(name), two.ask(name)]);
      expect(answers.filter((answer) => answer === "bundle")).toHaveLength(1);
      expect(await placementOf(world, name)).toBe(answers[0] === "bundle" ? one.name : two.name);
    }
  });

  it("gets the projects it was enrolled for, and no others", async () => {
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ORG, projectId: "api" });
    const agent = await running({ projects: [`${ORG}/projects/web`] });
    expect(await agent.ask(`${ORG}/projects/web`)).toBe("bundle");
    const [web, api] = [`${ORG}/projects/web`, `${ORG}/projects/api`];
    expect(await agent.ask(api)).toContain("is not enrolled for project acme/api");
    expect(agent.session.peek(api)).toMatchObject({
      next: expect.stringContaining(
        `keyhold node update acme/${agent.name.split("/").at(-1)} --add-project api`,
      ),
    });
    // As the refusal says: its stream reacts at once, and so does what the host's own Docker client is given.
    const told: (readonly string[])[] = [];
    agent.session.onProjects(() => told.push(agent.session.projects));
    const update = (request: object) =>
      world.call(world.owner, "NodeService/UpdateNode", { node: { name: agent.name }, ...request });
    await update({ addProjects: [api, api] });
    await until(() => expect(agent.held(api)).toBe("bundle"));
    await update({ removeProjects: [web] });
    await until(() => expect(agent.held(web)).toContain("is not enrolled for project acme/web"));
    expect(agent.held(api)).toBe("bundle");
    expect(told).toEqual([[api, web], [api]]);
    expect(agent.streams).toBe(1);
    await update({ node: { name: agent.name, projects: [web] }, updateMask: { paths: ["projects"] } });
    await until(() => expect(agent.session.projects).toEqual([web]));
    await expect(update({ addProjects: [web], removeProjects: [web] })).rejects.toThrow("added and removed");
    await expect(update({ addProjects: [`${ORG}/projects/ghost`] })).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(update({ node: { name: agent.name, etag: "old" } })).rejects.toMatchObject({
      code: "conflict",
    });
    await world.call(world.owner, "NodeService/RevokeNode", { name: agent.name });
    await expect(update({ addProjects: [api] })).rejects.toMatchObject({ code: "precondition" });
  });

  it("loses a workspace that is moved away and gets it back with it, while its stream goes on", async () => {
    const [one, two] = [await running(), await running()];
    const name = await workspace(world, "moving", one.name);
    expect(await one.ask(name)).toBe("bundle");
    expect(await two.ask(name)).toContain("is placed on another node");
    await place(world, name, two.name);
    await until(() => {
      expect(one.held(name)).toContain("is placed on another node");
      expect(two.held(name)).toBe("bundle");
    });
    await place(world, name, one.name);
    await until(() => {
      expect(one.held(name)).toBe("bundle");
      expect(two.held(name)).toContain("is placed on another node");
    });
    expect([one.streams, two.streams]).toEqual([1, 1]);
  });
});

describe("a node that is revoked", () => {
  it("is cut off within a second, shut out for good, and its workspaces wait for an admin", async () => {
    const [bad, good] = [await running({ nodeId: "bad" }), await running()];
    const name = await workspace(world, "freed", bad.name);
    const unwanted = await workspace(world, "unwanted", bad.name);
    expect(await bad.ask(name)).toBe("bundle");
    expect(await good.ask(name)).toContain("is placed on another node");
    const start = performance.now();
    const revoking = world.call(world.owner, "NodeService/RevokeNode", { name: bad.name });
    await until(() => expect(bad.session.connected).toBe(false));
    expect(performance.now() - start).toBeLessThan(1000);
    await revoking;
    expect(await placementOf(world, unwanted)).toBe("");
    await until(() => expect(bad.lines.join()).toContain("does not accept this node"));
    expect(bad.lines.join()).toContain("keyhold node join-token acme --name bad");
    // Its certificate is good by its dates.
    await expect(bad.connection.renew({ certificateRequest: "x" })).rejects.toMatchObject({
      code: "denied",
      message: "node bad of acme is revoked",
    });
    expect(bad.streams).toBe(1);
    // What it had stays for the containers that run there.
    expect(bad.held(name)).toBe("bundle");
    // No node claims it: who took one host must not get its workspaces by way of the next.
    await until(() =>
      expect(good.held(name)).toContain("has no node since the one it was placed on was revoked"),
    );
    expect(await placementOf(world, name)).toBe("");
    await place(world, name, good.name);
    await until(() => expect(good.held(name)).toBe("bundle"));
    expect((await audited(world, "keyhold.v1.NodeService/RevokeNode")).length).toBeGreaterThan(0);
  });
});

describe("what is known of a node", () => {
  it("is what its agent said, also after the control plane was started again", async () => {
    const agent = await running({ nodeId: "known" });
    await until(async () => {
      expect(await getNode(world, agent.name)).toMatchObject({ connected: true, agentVersion: "1.2.3" });
    });
    const report = (containerId: string, state: "RUNNING" | "STOPPED") => ({ containerId, state });
    await until(() => {
      const containers = [report("a", "RUNNING"), report("b", "RUNNING"), report("c", "STOPPED")];
      expect(agent.session.report({ complete: true, containers })).toBe(true);
    });
    await until(async () => expect((await getNode(world, agent.name)).containers).toBe(2));
    const { directory } = world;
    const left = Math.floor(Date.now() / 1000);
    await world.server.close();
    await agent.stop();
    vi.setSystemTime(Date.now() + 3_600_000);
    world = await World.start(directory);
    const node = await getNode(world, agent.name);
    expect(node).toMatchObject({ connected: false, agentVersion: "1.2.3", containers: 2 });
    expect(Number(node.lastContactTime?.seconds)).toBe(left);
    expect(Number(node.certificateExpireTime?.seconds)).toBeGreaterThan(left + 80_000);
  });
});
