import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { World } from "../api/world.ts";
import { audited, getNode, joinToken, ORG, TestAgent } from "./world.ts";

const missing = postgresMissing();
const WEB = `${ORG}/projects/web`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

let postgres: PostgresServer;
let base: string;
beforeAll(async () => {
  if (missing !== undefined) return;
  postgres = await PostgresServer.start();
  base = await mkdtemp(join(tmpdir(), "keyhold-servers-"));
});
afterAll(async () => {
  if (missing !== undefined) return;
  await postgres[Symbol.asyncDispose]();
  await rm(base, { recursive: true, force: true });
});

if (missing !== undefined) test(`several servers: ${missing}`, (context) => context.skip(missing));

describe.skipIf(missing !== undefined)("an agent with the addresses of two servers", () => {
  test("goes on with the other when one is gone, each with a node port of its own", async () => {
    const databaseUrl = await postgres.newDatabase();
    const one = await World.start(join(base, "one"), { databaseUrl });
    await mkdir(join(base, "two"), { mode: 0o700 });
    for (const name of ["keys.json", "ca.crt", "ca.key", "owner-token"])
      await copyFile(join(base, "one", name), join(base, "two", name));
    const two = await World.start(join(base, "two"), { databaseUrl });
    const agent = await TestAgent.onFreshHost();
    try {
      await one.populate({});
      const both = `${one.server.apiAddress},${two.server.apiAddress}`;
      await agent.identify(one, await joinToken(one, { nodeId: "two-servers", projects: [WEB] }), both);
      await agent.run();
      expect(await agent.ask(WEB)).toBe("bundle");
      expect(agent.connection.address).toBe(one.server.nodeAddress);
      await one.server.close();
      await until(() => expect(agent.session.isCurrent(WEB)).toBe(true));
      await until(() => expect(agent.connection.address).toBe(two.server.nodeAddress));
      await two.call(two.owner, "SecretService/CreateSecret", {
        ...{ parent: WEB, secretId: "AFTERWARDS" },
        secret: { kind: "SECRET_KIND_ENV", value: Buffer.from("x") },
      });
      await until(() => {
        const state = agent.session.peek(WEB);
        expect(state?.kind === "bundle" && state.bundle.secrets.map(({ id }) => id)).toEqual(["AFTERWARDS"]);
      });
      // The next start finds the first one gone, too.
      await agent.stop();
      await agent.run();
      await until(() => expect(agent.session.connected).toBe(true));
      const kept = JSON.parse(await readFile(join(agent.directory, "node.json"), "utf8"));
      expect(kept.server).toBe(both);
    } finally {
      await agent.remove();
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    }
  });
});

describe("a node that was revoked", () => {
  test("joins again with a token made as the refusal says, with nothing removed by hand", async () => {
    const world = await World.start();
    const agent = await TestAgent.onFreshHost();
    try {
      await world.populate({});
      const request = { nodeId: "back", projects: [WEB] };
      await agent.identify(world, await joinToken(world, request));
      await agent.run();
      expect(await agent.ask(WEB)).toBe("bundle");
      await world.call(world.owner, "NodeService/RevokeNode", { name: agent.name });
      await until(() => expect(agent.session.refusal?.message).toBe("node back of acme is revoked"));
      expect(agent.session.refusal?.next).toContain("keyhold node join-token acme --name back");
      await agent.stop();
      const before = agent.identity.certificate;
      await agent.identify(world, await joinToken(world, request));
      expect(agent.identity.certificate).not.toBe(before);
      await agent.run();
      expect(await agent.ask(WEB)).toBe("bundle");
      // A good identity leaves the token alone.
      await agent.stop();
      const unused = await joinToken(world, { nodeId: "another" });
      await agent.identify(world, unused);
      expect(agent.name).toBe(`${ORG}/nodes/back`);
      expect(agent.lines.join()).toContain("the join token was not used");
      const other = await TestAgent.onFreshHost();
      await other.identify(world, unused);
      expect(other.name).toBe(`${ORG}/nodes/another`);
      await other.remove();
    } finally {
      await agent.remove();
      await world[Symbol.asyncDispose]();
    }
  });
});

describe("a copy of a node's state directory", () => {
  test("is shown to who operates the nodes, and does not fill the audit log", async () => {
    const world = await World.start();
    const agent = await TestAgent.onFreshHost();
    const copy = await TestAgent.onFreshHost();
    try {
      await world.populate({});
      await agent.identify(world, await joinToken(world, { nodeId: "copied" }));
      await agent.run();
      await until(() => expect(agent.session.connected).toBe(true));
      expect(await getNode(world, agent.name)).toMatchObject({ contested: false });
      await cp(agent.directory, copy.directory, { recursive: true });
      await copy.identify(world);
      await copy.run();
      await until(async () =>
        expect(await getNode(world, agent.name)).toMatchObject({ connected: true, contested: true }),
      );
      const rows = (await audited(world, "agent/connect")).length;
      const streams = agent.streams + copy.streams;
      await until(() => expect(agent.streams + copy.streams).toBeGreaterThan(streams + 2));
      expect((await audited(world, "agent/connect")).length).toBeLessThanOrEqual(rows + 1);
      const metrics = await (await fetch(`http://${world.server.httpAddress}/metrics`)).text();
      expect(metrics).toMatch(/^keyhold_nodes_contested 1$/m);
      const said = world.lines.filter((line) => line.includes("Several agents with one node's identity"));
      expect(said).toHaveLength(1);
    } finally {
      await agent.remove();
      await copy.remove();
      await world[Symbol.asyncDispose]();
    }
  });
});
