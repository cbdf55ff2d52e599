import { describe, expect, it } from "vitest";
import { type Contact, Presence } from "../../../controlplane/stream/presence.ts";
import { container } from "../../support/reports.ts";

const NODE = "organizations/acme/nodes/build-1";

describe("presence", () => {
  it("knows nothing of a node that never connected", () => {
    const presence = new Presence();
    expect([presence.of(NODE), presence.isConnected(NODE), presence.containersOf(NODE)]).toEqual([
      undefined,
      false,
      [],
    ]);
  });

  it("stays connected when a new stream opens before the old one is closed", () => {
    let now = 1000;
    const presence = new Presence(() => now);
    presence.opened(NODE, "1");
    presence.opened(NODE, "2");
    presence.closed(NODE);
    now = 5000;
    expect(presence.of(NODE)).toEqual({ connected: true, agentVersion: "2", lastContact: new Date(5000) });
    presence.closed(NODE);
    now = 9000;
    expect(presence.of(NODE)).toEqual({ connected: false, agentVersion: "2", lastContact: new Date(5000) });
  });

  it("replaces everything by a complete report, and merges others", () => {
    const presence = new Presence();
    const ids = () => presence.containersOf(NODE).map((each) => each.containerId);
    presence.reported(NODE, { complete: true, containers: [container("a"), container("b")] });
    presence.reported(NODE, {
      complete: false,
      containers: [container("c"), container("a", { state: "GONE" })],
    });
    expect(ids()).toEqual(["b", "c"]);
    presence.reported(NODE, { complete: true, containers: [container("d")] });
    expect(ids()).toEqual(["d"]);
    presence.forget(NODE);
    expect(ids()).toEqual([]);
  });

  it("tells its listeners what is new, in order, until they stop listening", () => {
    const presence = new Presence();
    const heard: Contact[] = [];
    const stop = presence.onReport((contact) => heard.push(contact));
    const [a, b] = [container("a"), container("b")];
    presence.opened(NODE, "1");
    presence.reported(NODE, { complete: true, containers: [a, b] });
    presence.reported(NODE, { complete: true, containers: [container("a"), container("b", { due: true })] });
    presence.reported(NODE, { complete: false, containers: [container("b", { state: "GONE" })] });
    presence.opened(NODE, "1");
    presence.closed(NODE);
    presence.closed(NODE);
    presence.forget(NODE);
    presence.forget(NODE);
    stop();
    presence.opened(NODE, "1");
    expect(heard).toEqual([
      { kind: "opened", node: NODE },
      { kind: "reported", node: NODE, changed: [a, b], gone: [] },
      { kind: "reported", node: NODE, changed: [container("b", { due: true })], gone: [] },
      { kind: "reported", node: NODE, changed: [], gone: ["b"] },
      { kind: "opened", node: NODE },
      { kind: "closed", node: NODE },
      { kind: "forgotten", node: NODE },
    ]);
  });

  it("keeps a bounded number of containers and says how many it dropped", () => {
    const presence = new Presence();
    const many = Array.from({ length: 10_003 }, (_, index) => container(`c${index}`));
    expect(presence.reported(NODE, { complete: true, containers: many })).toBe(3);
    expect(presence.containersOf(NODE)).toHaveLength(10_000);
  });
});
