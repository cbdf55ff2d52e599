import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TargetState } from "../../../common/bundle.ts";
import { StreamWorld } from "./world.ts";

const WS = "organizations/acme/workspaces/ws-1";
const OTHER = "organizations/acme/workspaces/ws-2";
const WEB = "organizations/acme/projects/web";

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
  world.store.place(WS, undefined);
  world.store.place(OTHER, undefined);
  world.store.values.set(WS, "one");
  world.store.values.set(OTHER, "other");
});
afterEach(() => world.close());

/** The value a state carries, or the reason why there is none. */
function told(state: TargetState | undefined): string | undefined {
  if (state === undefined) return undefined;
  return state.kind === "bundle" ? state.bundle.secrets[0]?.value.text() : state.reason;
}

const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

describe("a node's session", () => {
  it("gets a target's value on a stream that was opened without it", async () => {
    const { session } = await world.agent("a");
    await until(() => expect(session.connected).toBe(true));
    expect(told(await session.obtain(WS))).toBe("one");
    expect(told(await session.obtain(OTHER))).toBe("other");
  });

  it("gets what does not fit into one message in several, and misses nothing", async () => {
    const large = Array.from({ length: 6 }, (_, index) => `organizations/acme/workspaces/large-${index}`);
    for (const [index, name] of large.entries()) {
      world.store.place(name, undefined);
      world.store.values.set(name, `${index}`.repeat(7 * 1024 * 1024));
    }
    const { session } = await world.agent("a");
    const states = await Promise.all(large.map((name) => session.obtain(name)));
    expect(states.map((state) => told(state)?.[0])).toEqual(["0", "1", "2", "3", "4", "5"]);
    const changed = large[5] ?? "";
    world.store.write(changed, "small");
    await until(() => expect(told(session.peek(changed))).toBe("small"));
    expect(world.logged("The stream missed something, subscribing again")).toEqual([]);
  });

  it("hears of a change, and of nothing when the effective value stays", async () => {
    const { session } = await world.agent("a");
    const heard: (string | undefined)[] = [];
    session.onChange((state) => heard.push(told(state)));
    await session.obtain(WS);
    world.store.write(WS, "one");
    world.store.write(WS, "two");
    await until(() => expect(heard).toEqual(["one", "two"]));
    world.store.write(WS, "two");
    world.store.write(OTHER, "unwatched");
    world.store.write(WS, "three");
    await until(() => expect(heard).toEqual(["one", "two", "three"]));
    expect(world.logged("The stream missed something, subscribing again")).toEqual([]);
  });

  it("ends a burst at the last value without looking up each one", async () => {
    const { session } = await world.agent("a");
    await session.obtain(WS);
    const before = world.store.resolved;
    for (let i = 0; i < 500; i += 1) world.store.write(WS, `value ${i}`);
    await until(() => expect(told(session.peek(WS))).toBe("value 499"));
    expect(world.store.resolved - before).toBeLessThan(50);
  });

  it("claims a workspace that is placed nowhere; the second node is refused and not told who has it", async () => {
    const [one, two] = await Promise.all([world.agent("a"), world.agent("b")]);
    const states = await Promise.all([one.session.obtain(WS), two.session.obtain(WS)]);
    const owner = world.store.placement(WS);
    expect([one.node, two.node]).toContain(owner);
    const [winner, loser] = owner === one.node ? states : [...states].reverse();
    expect(told(winner)).toBe("one");
    expect(loser?.kind).toBe("refused");
    expect(told(loser)).toMatch(
      /^workspace acme\/ws-1 is placed on another node, this one is acme\/nodes\/[ab]$/,
    );
  });

  it("answers another organization's workspace in the same words, whether it exists or not", async () => {
    world.store.place("organizations/rival/workspaces/ws-9", undefined);
    const { session } = await world.agent("a");
    const foreign = await session.obtain("organizations/rival/workspaces/ws-9");
    const missing = await session.obtain("organizations/rival/workspaces/ws-10");
    expect(told(foreign)).toContain("workspace rival/ws-9 does not exist for node acme/nodes/a");
    expect(told(missing)).toBe(told(foreign)?.replace("ws-9", "ws-10"));
    expect(world.store.placement("organizations/rival/workspaces/ws-9")).toBeUndefined();
  });

  it("turns refusals into values and back while the stream is open", async () => {
    world.store.values.set(WEB, "web's");
    const { session, node } = await world.agent("a");
    const refusal = "node acme/nodes/a is not enrolled for project acme/web, or there is no such project";
    expect(told(await session.obtain(WEB))).toBe(refusal);
    world.store.project(WEB);
    world.store.node(node, [WEB]);
    await until(() => expect(told(session.peek(WEB))).toBe("web's"));
    world.store.remove(WEB);
    await until(() => expect(told(session.peek(WEB))).toBe(refusal));
    expect(session.connected).toBe(true);
  });

  it("forgets a released target and gets it anew when it is needed again", async () => {
    const { session } = await world.agent("a");
    await session.obtain(WS);
    session.release(WS);
    expect(session.peek(WS)).toBeUndefined();
    world.store.write(WS, "two");
    expect(told(await session.obtain(WS))).toBe("two");
  });

  it("is shown as connected, with the containers it reported last", async () => {
    const { session, node } = await world.agent("a");
    await until(() => expect(session.connected).toBe(true));
    const report = { containerId: "c1", containerName: "web", target: WS, state: "RUNNING" as const };
    expect(session.report({ complete: true, containers: [report, { ...report, containerId: "c2" }] })).toBe(
      true,
    );
    await until(() => expect(world.presence.containersOf(node)).toHaveLength(2));
    session.report({ containers: [{ ...report, state: "GONE" }] });
    await until(() => expect(world.presence.containersOf(node).map((c) => c.containerId)).toEqual(["c2"]));
    expect(world.presence.of(node)).toMatchObject({ connected: true, agentVersion: "1.2.3" });
    await session.close();
    await until(() => expect(world.presence.isConnected(node)).toBe(false));
    expect(session.report({ containers: [] })).toBe(false);
  });
});

describe("when the control plane goes away", () => {
  it("answers the last good value meanwhile, and catches up when it is back", async () => {
    const { session } = await world.agent("a");
    await session.obtain(WS);
    world.stop();
    await until(() => expect(session.connected).toBe(false));
    expect(told(await session.obtain(WS))).toBe("one");
    world.store.write(WS, "two");
    await world.start();
    await until(() => expect(told(session.peek(WS))).toBe("two"));
  });

  it("fails in time, naming the server and the reason, if nothing is held; and gets it once the server is there", async () => {
    world.stop();
    const { session } = await world.agent("a");
    await until(() => expect(world.lines.length).toBeGreaterThan(0));
    const started = performance.now();
    await expect(session.obtain(WS, 300)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        new RegExp(`^the control plane at ${world.address} .*ws-1.*cannot reach`),
      ),
      next: expect.stringContaining("keyhold server start"),
    });
    expect(performance.now() - started).toBeLessThan(1000);
    const later = session.obtain(WS, 10_000);
    await world.start();
    expect(told(await later)).toBe("one");
  });

  it("notices a peer that vanished without a word", async () => {
    const sockets: Socket[] = [];
    const proxy = createServer((inbound) => {
      const outbound = connect(world.port, "127.0.0.1");
      sockets.push(inbound, outbound);
      for (const socket of [inbound, outbound]) socket.on("error", () => undefined);
      inbound.pipe(outbound).pipe(inbound);
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = `127.0.0.1:${(proxy.address() as { port: number }).port}`;
    const channel = { "grpc.keepalive_time_ms": 200, "grpc.keepalive_timeout_ms": 200 };
    const { session } = await world.agent("a", { address, channel });
    await session.obtain(WS);
    for (const socket of sockets) socket.unpipe().pause();
    await until(() => expect(session.connected).toBe(false));
    world.store.write(WS, "two");
    await until(() => expect(told(session.peek(WS))).toBe("two"));
    await session.close();
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
});

describe("ends of a stream", () => {
  it("stops for good when the node is revoked, keeps what it holds and says why", async () => {
    const { session, node } = await world.agent("a");
    await session.obtain(WS);
    world.store.node(node, [], Date.now());
    await until(() => expect(session.connected).toBe(false));
    await until(() =>
      expect(
        world.logged("The control plane does not accept this node, no further attempt is made"),
      ).toHaveLength(1),
    );
    expect(told(session.peek(WS))).toBe("one");
    await expect(session.obtain(OTHER)).rejects.toMatchObject({
      code: "denied",
      message: "node a of acme is revoked",
      next: expect.stringContaining("keyhold node join-token acme"),
    });
    expect(world.presence.isConnected(node)).toBe(false);
  });

  it("tells a revoked node nothing when it connects", async () => {
    const { client, node } = await world.client("a");
    world.store.node(node, [], Date.now());
    const { code, messages } = await ending(client.subscribe(), { hello: { targets: [WS] } });
    expect([code, messages]).toEqual([status.PERMISSION_DENIED, 0]);
    expect(world.store.placement(WS)).toBeUndefined();
  });

  it("lets a second stream of the same node take over", async () => {
    const { client } = await world.client("a");
    const first = client.subscribe();
    const ended = ending(first, { hello: { targets: [] } });
    await once(first, "data");
    const second = client.subscribe();
    second.on("error", () => undefined);
    second.write({ hello: { targets: [WS] } });
    await once(second, "data");
    expect((await ended).code).toBe(status.ABORTED);
    expect(world.sessions.count).toBe(1);
  });

  it.each([
    ["the first request is not hello", { watch: { targets: [WS] } }, status.FAILED_PRECONDITION],
    [
      "more is watched than a node can need",
      { hello: { targets: Array.from({ length: 10_001 }, (_, i) => `organizations/acme/workspaces/w${i}`) } },
      status.RESOURCE_EXHAUSTED,
    ],
  ])("is refused when %s", async (_, request, code) => {
    const { client } = await world.client("a");
    expect((await ending(client.subscribe(), request)).code).toBe(code);
  });

  it("ends every stream with UNAVAILABLE at a shutdown", async () => {
    const { client } = await world.client("a");
    const call = client.subscribe();
    const ended = ending(call, { hello: { targets: [] } });
    await once(call, "data");
    world.sessions.closeAll();
    expect((await ended).code).toBe(status.UNAVAILABLE);
  });
});

describe("a slow agent", () => {
  it("gets the latest state when it reads again, and little was looked up or kept meanwhile", async () => {
    const { client } = await world.client("a");
    const call = client.subscribe();
    call.on("error", () => undefined);
    call.write({ hello: { targets: [WS] } });
    await once(call, "data");
    call.pause();
    const big = "x".repeat(200_000);
    for (let i = 0; i < 300; i += 1) {
      world.store.write(WS, `${i} ${big}`);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const whileStalled = world.store.resolved;
    // One for each message that fits the windows of HTTP/2 and the buffers of both sides.
    expect(whileStalled).toBeLessThan(100);
    const last = new Promise<void>((resolve) => {
      call.on("data", (response) => {
        const value = response.increment?.targets[0]?.bundle?.secrets[0]?.value.toString() ?? "";
        if (value.startsWith("299 ")) resolve();
      });
    });
    call.resume();
    await last;
    expect(world.store.resolved - whileStalled).toBeLessThan(5);
    call.cancel();
  });
});

describe("a renewed certificate", () => {
  it("is used by the next connection, and the open stream goes on", async () => {
    const { session, credentials } = await world.agent("a");
    await session.obtain(WS);
    const renewed = await world.identity("a");
    credentials.replace(renewed);
    world.store.write(WS, "two");
    await until(() => expect(told(session.peek(WS))).toBe("two"));
    expect(world.serials).toHaveLength(1);
    world.stop();
    await world.start();
    await until(() => expect(world.serials).toHaveLength(2));
    expect(world.serials[1]).toBe(renewed.serial);
  });
});

/** Sends one request and reads until the stream ends. */
function ending(
  call: ReturnType<Awaited<ReturnType<StreamWorld["client"]>>["client"]["subscribe"]>,
  request: object,
) {
  let messages = 0;
  call.on("data", () => {
    messages += 1;
  });
  call.on("error", () => undefined);
  call.write(request);
  return new Promise<{ code: status; messages: number }>((resolve) => {
    call.on("status", ({ code }) => resolve({ code, messages }));
  });
}
