import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { childName } from "../../../common/resource-name.ts";
import type { EnrolledNode, NodeReport, StreamLease } from "../../../controlplane/directory/records.ts";
import { Contacts } from "../../../controlplane/stream/contacts.ts";
import { Presence } from "../../../controlplane/stream/presence.ts";
import { container } from "../../support/reports.ts";

const NODE = { ...childName("acme", "nodes", "build-1"), uid: "first" };
const NOW = 1_000_000;
/** As it is noted by this server: to be seen again in a minute, and by then for half a minute more. */
const until = (at: number) => NOW + at + 90_000;
const take = (at = 0): StreamLease => ({ kind: "take", server: "here", until: until(at) });
const hold = (at: number): StreamLease => ({ kind: "hold", server: "here", until: until(at) });
const end: StreamLease = { kind: "end", server: "here" };

interface Seen {
  agentVersion?: string;
  containers?: number;
  lease?: StreamLease;
}

const contact = vi.fn(async (_node: EnrolledNode, _seen: object) => undefined);
const record = vi.fn(async (_node: EnrolledNode, _server: string, _report: NodeReport) => undefined);
const warn = vi.fn();
let presence: Presence;
let contacts: Contacts;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  contact.mockReset().mockResolvedValue(undefined);
  record.mockReset().mockResolvedValue(undefined);
  warn.mockClear();
  presence = new Presence();
  const stores = { nodes: { contact }, receipts: { record } };
  contacts = new Contacts({ presence, ...stores, server: "here", log: { warn } });
});
afterEach(async () => {
  await contacts.close();
  vi.useRealTimers();
});

const noted = () => contact.mock.calls.map(([{ id }, seen]) => ({ id, ...(seen as Seen) }));
const written = () => record.mock.calls.map(([, , report]) => report);
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const complete = (...containers: ReturnType<typeof container>[]) =>
  contacts.reported(NODE, { complete: true, containers });

describe("a node's contact", () => {
  it("is noted when it connects, once a minute while it stays, and when its stream ends", async () => {
    contacts.opened(NODE, "1.2.3");
    await pass(59_000);
    expect(noted()).toEqual([{ id: "build-1", agentVersion: "1.2.3", containers: undefined, lease: take() }]);
    complete(container("a"), container("b", { state: "STOPPED" }));
    contacts.reported(NODE, { complete: false, containers: [container("c")] });
    await pass(1000);
    expect(noted().slice(1)).toEqual([
      { id: "build-1", agentVersion: "1.2.3", containers: 2, lease: hold(60_000) },
    ]);
    await pass(120_000);
    expect(contact).toHaveBeenCalledTimes(4);
    contacts.closed(NODE);
    await pass(600_000);
    expect(contact).toHaveBeenCalledTimes(5);
    expect(noted().at(-1)).toMatchObject({ lease: end });
  });

  it("goes on being noted when a new stream takes over before the old one has ended", async () => {
    contacts.opened(NODE, "1");
    contacts.opened(NODE, "2");
    contacts.closed(NODE);
    await pass(60_000);
    expect(noted().at(-1)).toMatchObject({ agentVersion: "2", lease: hold(60_000) });
    expect(contact).toHaveBeenCalledTimes(3);
  });

  it("of a node that is revoked is noted as it was, and not any more afterwards", async () => {
    contacts.opened(NODE, "1.2.3");
    complete(container("a"));
    contacts.closed(NODE);
    contacts.forget(NODE);
    await pass(600_000);
    expect(noted().at(-1)).toEqual({ id: "build-1", agentVersion: "1.2.3", containers: 1, lease: end });
    expect(contact).toHaveBeenCalledTimes(2);
    expect(written()).toEqual([]);
  });

  it("that cannot be noted is said, and the next one is", async () => {
    contact.mockRejectedValueOnce(new Error("disk full"));
    contacts.opened(NODE, "1");
    await pass(60_000);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(noted().map(({ lease }) => lease)).toEqual([take(), take(60_000)]);
  });

  it("stays as it is when the server ends: the node looks for another", async () => {
    contacts.opened(NODE, "1");
    contacts.leave();
    contacts.closed(NODE);
    await contacts.close();
    expect(noted().map(({ lease }) => lease)).toEqual([take(), undefined]);
  });

  it("is waited for at the end, and so is what its containers run with", async () => {
    const writing = Promise.withResolvers<undefined>();
    contact.mockReturnValueOnce(writing.promise);
    contacts.opened(NODE, "1");
    complete(container("a"));
    contacts.closed(NODE);
    let closed = false;
    const closing = contacts.close().then(() => {
      closed = true;
    });
    await pass(1000);
    expect(closed).toBe(false);
    writing.resolve(undefined);
    await closing;
    expect(contact).toHaveBeenCalledTimes(2);
    expect(record).toHaveBeenCalledTimes(1);
  });
});

describe("a node that was enrolled again under its name", () => {
  const again = { ...NODE, uid: "second" };

  it("is not affected by what the earlier node still says", async () => {
    contacts.opened(NODE, "1");
    complete(container("a"));
    await pass(0);
    contacts.opened(again, "2");
    expect(presence.containersOf(NODE.name)).toEqual([]);
    complete(container("a"));
    contacts.closed(NODE);
    contacts.forget(NODE);
    expect(presence.of(NODE.name)).toMatchObject({ connected: true, agentVersion: "2" });
    expect(presence.containersOf(NODE.name)).toEqual([]);
    await pass(0);
    expect(contact.mock.calls.map(([{ uid }]) => uid)).toEqual(["first", "second"]);
    expect(written()).toHaveLength(1);
  });
});

describe("what a node's containers run with", () => {
  it("is written in full on a new stream, then as far as it is new, and not at all if nothing is", async () => {
    contacts.opened(NODE, "1");
    complete(container("a"), container("b"));
    await pass(0);
    complete(container("a"), container("b"));
    complete(container("a", { due: true }), container("b"));
    complete(container("a", { due: true }));
    await pass(0);
    contacts.opened(NODE, "1");
    complete(container("a", { due: true }));
    await pass(0);
    expect(written()).toEqual([
      { complete: true, containers: [container("a"), container("b")] },
      { complete: false, containers: [container("a", { due: true })], gone: ["b"] },
      { complete: true, containers: [container("a", { due: true })] },
    ]);
  });

  it("is written once for many reports that come while the database is busy", async () => {
    const writing = Promise.withResolvers<undefined>();
    contacts.opened(NODE, "1");
    complete(container("a"));
    await pass(0);
    record.mockReturnValueOnce(writing.promise);
    for (let revision = 2; revision < 50; revision += 1) {
      complete(container("a", { revision }));
      await pass(1);
    }
    writing.resolve(undefined);
    await pass(0);
    expect(written().slice(1)).toEqual([
      { complete: false, containers: [container("a", { revision: 2 })], gone: [] },
      { complete: false, containers: [container("a", { revision: 49 })], gone: [] },
    ]);
  });

  it("is made up for in full after a write that failed, by the next report or within a minute", async () => {
    contacts.opened(NODE, "1");
    complete(container("a"), container("b"));
    await pass(0);
    record.mockRejectedValueOnce(new Error("disk full"));
    complete(container("a", { due: true }), container("b"));
    await pass(0);
    expect(warn).toHaveBeenCalledTimes(1);
    record.mockRejectedValueOnce(new Error("disk full"));
    contacts.reported(NODE, { complete: false, containers: [container("c")] });
    await pass(60_000);
    const all = [container("a", { due: true }), container("b"), container("c")];
    expect(written().slice(2)).toEqual([
      { complete: true, containers: all },
      { complete: true, containers: all },
    ]);
  });

  it("waits until the store knows that the stream is here, and until the node has said what it has", async () => {
    contact.mockRejectedValueOnce(new Error("disk full"));
    contacts.opened(NODE, "1");
    contacts.reported(NODE, { complete: false, containers: [container("a")] });
    complete(container("b"));
    await pass(0);
    expect(written()).toEqual([]);
    await pass(60_000);
    expect(written()).toEqual([{ complete: true, containers: [container("b")] }]);
    contacts.closed(NODE);
    contacts.forget(NODE);
    contacts.opened(NODE, "1");
    contacts.reported(NODE, { complete: false, containers: [container("c")] });
    await pass(0);
    expect(written()).toHaveLength(1);
  });

  it("is told of when it can be read, and not before", async () => {
    const heard: string[] = [];
    const stop = contacts.onWritten((node) => heard.push(node));
    contacts.opened(NODE, "1");
    await pass(0);
    expect(heard).toEqual([NODE.name]);
    const writing = Promise.withResolvers<undefined>();
    record.mockReturnValueOnce(writing.promise);
    complete(container("a"));
    await pass(0);
    expect(heard).toEqual([NODE.name]);
    writing.resolve(undefined);
    await pass(0);
    expect(heard).toEqual([NODE.name, NODE.name]);
    stop();
    contacts.closed(NODE);
    await pass(0);
    expect(heard).toHaveLength(2);
  });
});
