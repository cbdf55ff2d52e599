import { describe, expect, it } from "vitest";
import { childName, parseTarget } from "../../../common/resource-name.ts";
import { decidePlacement, targetFor } from "../../../controlplane/stream/placement.ts";

const NODE = childName("acme", "nodes", "build-1");
const WS = parseTarget("acme/workspaces/ws-1");
const WEB = parseTarget("acme/projects/web");

describe("what a node may have", () => {
  it.each([
    ["a workspace placed on it", WS, { exists: true, placedOn: NODE.name }, "allowed"],
    ["a workspace placed nowhere, which it claims", WS, { exists: true }, "claim"],
    [
      "a workspace placed on another node",
      WS,
      { exists: true, placedOn: "organizations/acme/nodes/n2" },
      "refused",
    ],
    ["a workspace that does not exist", WS, { exists: false }, "refused"],
    ["a project it was enrolled for", WEB, { exists: true, enrolled: true }, "allowed"],
    ["a project it was not enrolled for", WEB, { exists: true, enrolled: false }, "refused"],
    ["a deleted project it was enrolled for", WEB, { exists: false, enrolled: true }, "refused"],
  ])("%s", (_, target, facts, kind) => {
    expect(decidePlacement(NODE, target, facts).kind).toBe(kind);
  });

  it("does not tell which other node has the workspace", () => {
    const given = decidePlacement(NODE, WS, { exists: true, placedOn: "organizations/acme/nodes/hidden" });
    expect(given).toMatchObject({ reason: expect.stringContaining("another node") });
    expect(JSON.stringify(given)).not.toContain("hidden");
  });

  it("says how to enrol for a project", () => {
    expect(decidePlacement(NODE, WEB, { exists: true, enrolled: false })).toMatchObject({
      next: expect.stringContaining("keyhold node join-token acme --name build-1 --project web"),
    });
  });
});

describe("what a node may ask about", () => {
  it("is its own organization's targets by their full names", () => {
    expect(targetFor(NODE, WS.name)).toEqual(WS);
  });

  it("words another organization's target exactly as one that does not exist", () => {
    const foreign = targetFor(NODE, "organizations/rival/workspaces/ws-1");
    const missing = decidePlacement(NODE, parseTarget("rival/workspaces/ws-1"), { exists: false });
    expect(foreign).toEqual(missing);
    expect(foreign).toMatchObject({ kind: "refused", reason: "workspace rival/ws-1 does not exist" });
  });

  it.each(["acme/workspaces/ws-1", "organizations/acme", "organizations/acme/users/alice", "", "../../etc"])(
    "is not %j",
    (text) => {
      expect(targetFor(NODE, text)).toMatchObject({
        kind: "refused",
        reason: expect.stringContaining("is neither a workspace nor a project"),
      });
    },
  );
});
