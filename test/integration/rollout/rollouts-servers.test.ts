import { EventEmitter } from "node:events";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { childName } from "../../../common/resource-name.ts";
import { Access } from "../../../controlplane/api/edge/access.ts";
import { RolloutWaits } from "../../../controlplane/api/rollouts/rollout-wait.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { container } from "../../support/reports.ts";
import { World } from "../api/world.ts";
import { getNode, ORG, TestAgent, workspace } from "../nodes/world.ts";
import { acmeWorld, env, ORGANIZATION } from "../store/world.ts";
import { apiOf, Host, lines } from "./rollouts-world.ts";

/* Rollouts asked about at one server while the nodes are connected to another, and what a wait leaves behind in a server. */

const missing = postgresMissing();
const SHARED_FILES = ["keys.json", "ca.crt", "ca.key", "owner-token"];
const KEY = `${ORG}/secrets/KEY`;
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

if (missing !== undefined) test(`rollouts on PostgreSQL: ${missing}`, (context) => context.skip(missing));

describe.skipIf(missing !== undefined)("a server to which no node is connected", () => {
  let postgres: PostgresServer;
  let base: string;
  let here: World;
  let there: World;
  let host: Host;
  let target: string;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
    base = await mkdtemp(join(tmpdir(), "keyhold-rollouts-"));
    const databaseUrl = await postgres.newDatabase();
    here = await World.start(join(base, "here"), { databaseUrl });
    await mkdir(join(base, "there"), { mode: 0o700 });
    for (const name of SHARED_FILES) await copyFile(join(base, "here", name), join(base, "there", name));
    there = await World.start(join(base, "there"), { databaseUrl });
    await here.populate({ alice: "member" });
    target = await workspace(here, "ws-1");
    await set("1");
    host = new Host(await (await TestAgent.enrolled(there, { nodeId: "one" })).run());
    await host.start("a", target);
  });
  afterAll(async () => {
    await host.agent.remove();
    await there.server.close();
    await here.server.close();
    await postgres[Symbol.asyncDispose]();
    await rm(base, { recursive: true, force: true });
  });

  const set = (value: string) =>
    here.call(here.owner, "SecretService/UpdateSecret", {
      secret: { name: KEY, kind: "SECRET_KIND_ENV", value: Buffer.from(value) },
      ...{ updateMask: { paths: ["value"] }, allowMissing: true },
    });
  const status = (world: World) =>
    world.call<Parameters<typeof lines>[0]>(world.owner, "RolloutService/GetRolloutStatus", { secret: KEY });

  it("says who has what, that the node is connected, and what a change would do to it", async () => {
    await until(async () => expect(lines(await status(here))).toEqual(["a 1 CURRENT"]));
    expect(await status(here)).toEqual(await status(there));
    expect(await getNode(here, host.agent.name)).toMatchObject({ connected: true, agentVersion: "1.2.3" });
    const previewed = await here.call<{ effects: { containerName: string; action: string }[] }>(
      here.owner,
      "SecretService/PreviewSecretChange",
      { delete: { name: KEY } },
    );
    expect(previewed.effects).toContainEqual(
      expect.objectContaining({ containerName: "a", action: "RESTART" }),
    );
  });

  it("ends a wait when the node has told the other one", async () => {
    await set("2");
    const api = apiOf(here);
    const heard: string[] = [];
    const waiting = (async () => {
      for await (const each of api.stream("RolloutService", "WaitRollout", { secret: KEY, version: 2 }))
        heard.push(...lines(each));
    })();
    await until(() => expect(heard).toEqual(["a 1 PENDING"]));
    await until(() => expect(host.knows(target, "KEY")).toBe(2));
    host.give("a");
    await waiting;
    expect(heard).toEqual(["a 1 PENDING", "a 2 CURRENT"]);
    api.close();
  });

  it("knows that the node is away when its agent has ended, and counts on it while its server has", async () => {
    await host.agent.stop();
    await until(async () => expect(lines(await status(here))).toEqual(["a 2 UNREACHABLE"]));
    expect(await getNode(here, host.agent.name)).toMatchObject({ connected: false });
    await host.agent.run();
    await host.agent.ask(target);
    host.report();
    await until(async () => expect(lines(await status(here))).toEqual(["a 2 CURRENT"]));
    await there.server.close();
    expect(lines(await status(here))).toEqual(["a 2 CURRENT"]);
  });
});

describe("a wait that is over", () => {
  it("leaves nothing that listens, however it ended", async () => {
    await using world = await acmeWorld();
    await world.db.secrets.create(ORGANIZATION, "KEY", env("1"), "users/owner");
    await world.db.secrets.create(ORGANIZATION, "OTHER", env("1"), "users/owner");
    const listeners = new Set<(organization: string | undefined) => void>();
    const caller = { kind: "server-owner", principal: "users/owner", token: { name: "", scopes: [] } };
    const edge = {
      open: async () => ({ caller }),
      line: () => ({ by: () => undefined, write: () => undefined }),
      ...{ confirm: async () => undefined, refused: async () => undefined },
    };
    const waits = new RolloutWaits({
      ...{ database: world.db, access: new Access(world.db), edge: edge as never },
      status: new StatusCodec(loadDefinition()),
      connections: { isConnected: () => true },
      onNews: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    });
    const node = {
      publicKey: "",
      certificateSerial: "1",
      certificateExpireTime: 0,
      by: "",
      projects: [`${ORG}/projects/web`],
    };
    const one = { ...childName("acme", "nodes", "one"), uid: "u" };
    await world.db.nodes.create({ ...one, ...node });
    const lease = { kind: "take", server: "here", until: 0 } as const;
    await world.db.nodes.contact(one, { lease });
    await world.db.workspaces.claim("acme", "ws-1", one.name);
    const lagging = container("a", { target: `${ORG}/workspaces/ws-1` });
    await world.db.receipts.record(one, "here", { complete: true, containers: [lagging] });

    const ended: string[] = [];
    const begin = (request: object) => {
      const call = Object.assign(new EventEmitter(), {
        ...{ request, cancelled: false, sendMetadata: () => undefined },
        ...{
          write: () => true,
          end: () => ended.push("done"),
          getPath: () => "/keyhold.v1.RolloutService/WaitRollout",
        },
        ...{
          getPeer: () => "127.0.0.1:1",
          getDeadline: () => Number.POSITIVE_INFINITY,
          metadata: { get: () => [] },
        },
        getAuthContext: () => ({}),
      });
      call.on("error", () => ended.push("refused"));
      waits.handler(call as never);
      return call;
    };
    const going = begin({ secret: KEY, version: 1 });
    begin({ secret: `${ORG}/secrets/NONE`, version: 1 });
    begin({ secret: KEY, version: 9 });
    const left = begin({ secret: KEY, version: 1 });
    expect([listeners.size, waits.count]).toEqual([1, 4]);
    await until(() => expect([ended, waits.count]).toEqual([["refused", "refused"], 2]));
    left.cancelled = true;
    left.emit("cancelled");
    await until(() => expect(waits.count).toBe(1));
    waits.close();
    await until(() => expect([waits.count, listeners.size]).toEqual([0, 0]));
    expect(ended).toEqual(["refused", "refused", "done", "refused"]);
    expect(going.listenerCount("cancelled")).toBeLessThanOrEqual(1);
  });
});
