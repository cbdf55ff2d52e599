import { describe, expect, it } from "vitest";
import { NodeConnections } from "../../../controlplane/stream/connections.ts";
import { Presence } from "../../../controlplane/stream/presence.ts";
import { container } from "../../support/reports.ts";

const NODE = "organizations/acme/nodes/build-1";
type Stream = { server: string; until: number } | undefined;

/** At 1000 in a server called `here`; the store knows of agent 0.9 with 7 containers, seen at 500. */
function worldWith(stream: Stream) {
  const now = () => 1000;
  const presence = new Presence(now);
  const connections = new NodeConnections({ presence, server: "here", now });
  const record = { name: NODE, stream, agentVersion: "0.9", lastContactTime: 500, containers: 7 };
  return { presence, of: () => connections.of(record) };
}

describe("a node", () => {
  it("that another server has is connected as long as that server says so in time", () => {
    const noted = { agentVersion: "0.9", lastContact: 500, containers: 7 };
    const there = worldWith({ server: "there", until: 1001 });
    expect(there.of()).toEqual({ connected: true, ...noted });
    expect(worldWith({ server: "there", until: 1000 }).of()).toEqual({ connected: false, ...noted });
    expect(worldWith(undefined).of()).toEqual({ connected: false, ...noted });
  });

  it("whose stream is here is as it says, whatever is noted", () => {
    const { presence, of } = worldWith({ server: "there", until: 1001 });
    presence.opened(NODE, "1.0");
    expect(of()).toEqual({ connected: true, agentVersion: "1.0", lastContact: 1000, containers: 7 });
    presence.reported(NODE, { complete: true, containers: [container("a")] });
    expect(of()).toMatchObject({ containers: 1 });
  });

  it("whose stream here has ended is not connected, even before that is noted; or it is another server's by now", () => {
    const here = worldWith({ server: "here", until: 5000 });
    here.presence.opened(NODE, "1.0");
    here.presence.closed(NODE);
    expect(here.of()).toMatchObject({ connected: false, agentVersion: "1.0" });
    const there = worldWith({ server: "there", until: 5000 });
    there.presence.opened(NODE, "1.0");
    there.presence.closed(NODE);
    expect(there.of()).toMatchObject({ connected: true, agentVersion: "0.9", containers: 7 });
  });
});
