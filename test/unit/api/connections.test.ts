import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { type ConnectionRefusal, Connections } from "../../../controlplane/api/peers/connections.ts";
import type { ConnectionLimits } from "../../../controlplane/api/peers/limits.ts";

const LIMITS: ConnectionLimits = {
  ...{ total: 6, perPrincipal: 2, unidentified: 4, unidentifiedPerAddress: 2 },
  ...{ burst: 100, perSecond: 1 },
};

let port = 1024;

class Peer extends EventEmitter {
  readonly remoteAddress: string;
  readonly remotePort = port++;
  isClosed = false;

  constructor(address: string) {
    super();
    this.remoteAddress = address;
  }

  get name(): string {
    return `${this.remoteAddress}:${this.remotePort}`;
  }

  destroy(): this {
    this.isClosed = true;
    this.emit("close");
    return this;
  }
}

function world(limits: Partial<ConnectionLimits> = {}) {
  const refused: ConnectionRefusal[] = [];
  const connections = new Connections({ ...LIMITS, ...limits }, (why) => refused.push(why));
  const open = (address = "192.0.2.1") => {
    const peer = new Peer(address);
    return { peer, accepted: connections.accept(peer) };
  };
  return { connections, refused, open };
}

describe("connections of peers that nobody knows", () => {
  it("are closed from the oldest when an address has too many, so that the newest gets in", () => {
    const { connections, refused, open } = world();
    const [first, second, third] = [open().peer, open().peer, open().peer];
    expect([first.isClosed, second.isClosed, third.isClosed]).toEqual([true, false, false]);
    expect(open("192.0.2.2").accepted).toBe(true);
    expect([connections.count, connections.unidentified, refused]).toEqual([3, 3, ["unidentified"]]);
  });

  it("are closed from the oldest when all addresses together have too many", () => {
    const { connections, open } = world();
    const peers = [1, 2, 3, 4, 5].map((host) => open(`192.0.2.${host}`).peer);
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([true, false, false, false, false]);
    expect(connections.unidentified).toBe(4);
  });

  it("are refused when an address opens them too fast", () => {
    const { refused, open } = world({ burst: 2 });
    expect([1, 2, 3].map(() => open().accepted)).toEqual([true, true, false]);
    expect(open("192.0.2.2").accepted).toBe(true);
    expect(refused).toEqual(["rate"]);
  });

  it("are closed when they go on failing", async () => {
    const { connections, refused, open } = world();
    const { peer } = open();
    for (let attempt = 0; attempt < 10; attempt += 1) connections.failed(peer.name);
    await expect.poll(() => peer.isClosed).toBe(true);
    expect(refused).toEqual(["failures"]);
  });
});

describe("connections of a principal", () => {
  it("count against it and not against its address any more", () => {
    const { connections, open } = world();
    const peers = [open().peer, open().peer];
    for (const { name } of peers) expect(connections.identified(name, "alice")).toBe(true);
    expect([open().accepted, open().accepted]).toEqual([true, true]);
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([false, false]);
  });

  it("are bounded, and make room when one ends", async () => {
    const { connections, refused, open } = world();
    const [first, second] = [open().peer, open().peer];
    for (const { name } of [first, second]) connections.identified(name, "alice");
    const third = open().peer;
    expect(connections.identified(third.name, "alice")).toBe(false);
    await expect.poll(() => third.isClosed).toBe(true);
    expect(refused).toEqual(["principal"]);
    first.destroy();
    expect(connections.identified(open().peer.name, "alice")).toBe(true);
  });

  it("are bounded in all", () => {
    const { connections, refused, open } = world();
    for (let index = 0; index < 6; index += 1) connections.identified(open().peer.name, `user ${index}`);
    expect([open().accepted, refused, connections.count]).toEqual([false, ["total"], 6]);
  });
});
