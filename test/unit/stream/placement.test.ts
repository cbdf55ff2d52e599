import { describe, expect, it } from "vitest";
import { childName, parseTarget, type Target } from "../../../common/resource-name.ts";
import type { WorkspaceRecord } from "../../../controlplane/directory/records.ts";
import { decidePlacement, type PlacementFacts, targetFor } from "../../../controlplane/stream/placement.ts";

const NODE = childName("acme", "nodes", "build-1");
const WS = parseTarget("acme/workspaces/ws-1");
const WEB = parseTarget("acme/projects/web");
const OTHER = "organizations/acme/nodes/hidden";

const PLAIN = { projects: [], claimAny: false };
const FOR_WEB = { projects: [WEB.name], claimAny: false };
const CLAIMS_ANY = { projects: [], claimAny: true };

/** A workspace of a member of web, in web, placed nowhere. */
function workspace(fields: Partial<WorkspaceRecord> = {}): WorkspaceRecord {
  const placement = { policy: "anyone", released: false, by: undefined, time: undefined };
  return {
    ...{ name: WS.name, project: WEB.name, ownerRole: "member", projectRole: "member" },
    ...{ node: undefined, placement: { ...placement, confirmTime: undefined } },
    ...fields,
  } as WorkspaceRecord;
}

const released = { ...workspace().placement, released: true };

describe("what a node may have", () => {
  it.each<[string, Target, PlacementFacts, string]>([
    ["a workspace placed on it", WS, { node: PLAIN, workspace: workspace({ node: NODE.name }) }, "allowed"],
    [
      "a free workspace of its project, which it claims",
      WS,
      { node: FOR_WEB, workspace: workspace() },
      "claim",
    ],
    ["a free workspace of another project", WS, { node: PLAIN, workspace: workspace() }, "refused"],
    [
      "a free workspace of its project whose owner is not in the project",
      WS,
      { node: FOR_WEB, workspace: workspace({ projectRole: undefined }) },
      "refused",
    ],
    [
      "a free workspace without a project",
      WS,
      { node: FOR_WEB, workspace: workspace({ project: undefined }) },
      "refused",
    ],
    [
      "a free workspace without a project, with --claim-any",
      WS,
      { node: CLAIMS_ANY, workspace: workspace({ project: undefined }) },
      "claim",
    ],
    [
      "a workspace whose node was revoked",
      WS,
      { node: CLAIMS_ANY, workspace: workspace({ placement: released }) },
      "refused",
    ],
    [
      "a workspace placed on another node",
      WS,
      { node: FOR_WEB, workspace: workspace({ node: OTHER }) },
      "refused",
    ],
    ["a workspace that does not exist", WS, { node: CLAIMS_ANY }, "refused"],
    ["a project it was enrolled for", WEB, { node: FOR_WEB, projectExists: true }, "allowed"],
    ["a project it was not enrolled for", WEB, { node: CLAIMS_ANY, projectExists: true }, "refused"],
    ["a deleted project it was enrolled for", WEB, { node: FOR_WEB, projectExists: false }, "refused"],
  ])("%s", (_, target, facts, kind) => {
    expect(decidePlacement(NODE, target, facts).kind).toBe(kind);
  });

  it("does not tell which other node has the workspace", () => {
    const given = decidePlacement(NODE, WS, { node: FOR_WEB, workspace: workspace({ node: OTHER }) });
    expect(given).toMatchObject({ reason: expect.stringContaining("another node") });
    expect(JSON.stringify(given)).not.toContain("hidden");
  });

  it("is answered in the same words for a workspace of others and one that does not exist", () => {
    const missing = decidePlacement(NODE, WS, { node: PLAIN });
    const others = [workspace(), workspace({ node: OTHER }), workspace({ placement: released })];
    for (const each of others)
      expect(decidePlacement(NODE, WS, { node: PLAIN, workspace: each })).toEqual(missing);
    const hidden = decidePlacement(NODE, WEB, { node: PLAIN, projectExists: true });
    expect(hidden).toEqual(decidePlacement(NODE, WEB, { node: PLAIN, projectExists: false }));
  });

  it("says who places a workspace whose node was revoked, and how", () => {
    const given = decidePlacement(NODE, WS, { node: FOR_WEB, workspace: workspace({ placement: released }) });
    expect(given).toMatchObject({
      next: "an admin of acme places a workspace here with: keyhold workspace update acme/ws-1 --node build-1",
    });
  });

  it("says how to enroll for a project", () => {
    expect(decidePlacement(NODE, WEB, { node: PLAIN, projectExists: true })).toMatchObject({
      next: expect.stringContaining("keyhold node update acme/build-1 --add-project web"),
    });
  });
});

describe("what a node may ask about", () => {
  it("is its own organization's targets by their full names", () => {
    expect(targetFor(NODE, WS.name)).toEqual(WS);
  });

  it("is not another organization's target, whether it exists or not", () => {
    expect(targetFor(NODE, "organizations/rival/workspaces/ws-1")).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("workspace rival/ws-1 does not exist for node acme/nodes/build-1"),
    });
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
