import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Contacts } from "../../controlplane/stream/contacts.ts";
import { Presence } from "../../controlplane/stream/presence.ts";
import { container } from "../support/reports.ts";

const NODE = "organizations/acme/nodes/build-1";

const contact = vi.fn(async (_organization: string, _id: string, _seen: object) => undefined);
const warn = vi.fn();
let presence: Presence;
let contacts: Contacts;
beforeEach(() => {
  vi.useFakeTimers();
  contact.mockClear();
  warn.mockClear();
  presence = new Presence();
  contacts = new Contacts({ presence, nodes: { contact }, log: { warn } });
});
afterEach(async () => {
  await contacts.close();
  vi.useRealTimers();
});

const noted = () => contact.mock.calls.map(([, id, seen]) => ({ id, ...seen }));
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("a node's contact", () => {
  it("is noted when it connects, once a minute while it stays, and when its stream ends", async () => {
    contacts.opened(NODE, "1.2.3");
    await pass(59_000);
    expect(noted()).toEqual([{ id: "build-1", agentVersion: "1.2.3", containers: undefined }]);
    contacts.reported(NODE, {
      complete: true,
      containers: [container("a"), container("b", { state: "STOPPED" })],
    });
    contacts.reported(NODE, { complete: false, containers: [container("c")] });
    await pass(1000);
    expect(noted().slice(1)).toEqual([{ id: "build-1", agentVersion: "1.2.3", containers: 2 }]);
    await pass(120_000);
    expect(contact).toHaveBeenCalledTimes(4);
    contacts.closed(NODE);
    await pass(600_000);
    expect(contact).toHaveBeenCalledTimes(5);
  });

  it("goes on being noted when a new stream takes over before the old one has ended", async () => {
    contacts.opened(NODE, "1");
    contacts.opened(NODE, "2");
    contacts.closed(NODE);
    await pass(60_000);
    expect(noted().at(-1)).toMatchObject({ agentVersion: "2" });
    expect(contact).toHaveBeenCalledTimes(4);
  });

  it("of a node that is revoked is noted as it was, and not any more afterwards", async () => {
    contacts.opened(NODE, "1.2.3");
    contacts.reported(NODE, { complete: true, containers: [container("a")] });
    contacts.closed(NODE);
    contacts.forget(NODE);
    await pass(600_000);
    expect(noted().at(-1)).toEqual({ id: "build-1", agentVersion: "1.2.3", containers: 1 });
    expect(contact).toHaveBeenCalledTimes(2);
  });

  it("that cannot be noted is said, and the next one is", async () => {
    contact.mockRejectedValueOnce(new Error("disk full"));
    contacts.opened(NODE, "1");
    await pass(60_000);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(contact).toHaveBeenCalledTimes(2);
  });

  it("is waited for at the end", async () => {
    const writing = Promise.withResolvers<undefined>();
    contact.mockReturnValueOnce(writing.promise);
    contacts.opened(NODE, "1");
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
  });
});
