import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Company, codeOf, heldBy, LIMITED_KEY, ORG, PAYMENTS, PROJECT_KEY, user } from "./placement-world.ts";

/* A node takes workspaces that nobody meant it to have: whoever has root, Docker or the key of the least host has them then. */

let company: Company;
beforeAll(async () => {
  company = await Company.open();
});
afterAll(() => company[Symbol.asyncDispose]());

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const inPayments = (id: string) => company.workspace("pam", id, { owner: user("pam"), project: PAYMENTS });
const placementOf = async (name: string) =>
  (await company.as<{ node: string }>("adam", "WorkspaceService/GetWorkspace", { name })).node;

describe("a node that is enrolled for no project", () => {
  test("asks first for a new workspace of a project", async () => {
    const name = await inPayments("new-1");
    const agent = await company.node();
    expect(await agent.ask(name)).toContain("is not placed on node");
    expect(await placementOf(name)).toBe("");
  });

  test("asks first for a workspace without a project", async () => {
    const name = await company.workspace("alice", "free-1", { owner: user("alice") });
    const agent = await company.node({ projects: [PAYMENTS] });
    expect(await agent.ask(name)).toContain("is not placed on node");
    const claiming = await company.node({ claimAny: true });
    expect(await claiming.ask(name)).toBe("bundle");
    expect(await placementOf(name)).toBe(claiming.name);
  });

  test("guesses names: what exists and what does not is answered in the same words", async () => {
    const agent = await company.node({ nodeId: "guesser" });
    await inPayments("guess-1");
    const owner = await company.node({ projects: [PAYMENTS] });
    const placed = await inPayments("guess-2");
    expect(await owner.ask(placed)).toBe("bundle");
    const said = async (id: string) => (await agent.ask(`${ORG}/workspaces/${id}`)).replaceAll(id, "NAME");
    const unknown = await said("guess-0");
    expect(await said("guess-1")).toBe(unknown);
    expect(await said("guess-2")).toBe(unknown);
    const next = agent.session.peek(placed);
    expect(next).toMatchObject({
      next: expect.stringContaining("keyhold workspace update acme/guess-2 --node guesser"),
    });
    // A workspace that appears, moves and goes is no news for it either.
    const streamed = agent.session.peek(`${ORG}/workspaces/guess-0`);
    await inPayments("guess-0");
    expect(await owner.ask(`${ORG}/workspaces/guess-0`)).toBe("bundle");
    expect(agent.session.peek(`${ORG}/workspaces/guess-0`)).toEqual(streamed);
  });
});

describe("a node that is enrolled for the project", () => {
  test("claims the workspace, and is the one that is written down", async () => {
    const name = await inPayments("mine-1");
    const agent = await company.node({ projects: [PAYMENTS] });
    expect(await agent.ask(name)).toBe("bundle");
    expect(heldBy(agent, name)).toEqual([LIMITED_KEY, "ORG_KEY", PROJECT_KEY]);
    const workspace = await company.as("pam", "WorkspaceService/GetWorkspace", { name });
    expect(workspace).toMatchObject({ node: agent.name, placedBy: agent.name, confirmTime: null });
    const second = await company.node({ projects: [PAYMENTS] });
    expect(await second.ask(name)).toContain("is placed on another node");
  });

  test("claims a workspace whose project is changed while the node asks", async () => {
    const name = await company.workspace("pam", "late-1", { owner: user("pam") });
    const agent = await company.node({ projects: [PAYMENTS] });
    expect(await agent.ask(name)).toContain("is not placed on node");
    await company.update("pam", name, { project: PAYMENTS });
    await until(() => expect(heldBy(agent, name)).toEqual([LIMITED_KEY, "ORG_KEY", PROJECT_KEY]));
  });
});

describe("whoever has a second host of the organization", () => {
  test("waits for the revocation of the first, and claims its workspaces", async () => {
    const [stolen, spare] = [
      await company.node({ projects: [PAYMENTS] }),
      await company.node({ claimAny: true }),
    ];
    const name = await inPayments("released-1");
    expect(await stolen.ask(name)).toBe("bundle");
    expect(await spare.ask(name)).toContain("is placed on another node");
    await company.as("adam", "NodeService/RevokeNode", { name: stolen.name });
    await until(() => expect(spare.held(name)).toContain("was revoked"));
    expect(spare.session.peek(name)).toMatchObject({
      next: `an admin of acme places a workspace here with: keyhold workspace update acme/released-1 --node ${spare.name.split("/").at(-1)}`,
    });
    const seen = await company.as("pam", "WorkspaceService/GetWorkspace", { name });
    expect(seen).toMatchObject({ node: "", released: true });
    expect(await codeOf(company.update("pam", name, { node: spare.name }))).toBe("denied");
    await company.update("adam", name, { node: spare.name });
    await until(() => expect(heldBy(spare, name)).toEqual([LIMITED_KEY, "ORG_KEY", PROJECT_KEY]));
    expect(await company.as("pam", "WorkspaceService/GetWorkspace", { name })).toMatchObject({
      released: false,
    });
  });

  test("claims what an admin has set free on purpose: that is what it was enrolled for", async () => {
    const [gone, spare] = [
      await company.node({ projects: [PAYMENTS] }),
      await company.node({ projects: [PAYMENTS] }),
    ];
    const name = await inPayments("released-2");
    expect(await gone.ask(name)).toBe("bundle");
    await company.as("adam", "NodeService/RevokeNode", { name: gone.name });
    expect(await spare.ask(name)).toContain("was revoked");
    await company.update("adam", name, { node: "" });
    await until(async () => expect(await placementOf(name)).toBe(spare.name));
  });
});

describe("a join token", () => {
  test("lets its node claim any workspace although nobody asked for that", async () => {
    type Node = { claimAny: boolean };
    const plain = await company.node({ nodeId: "plain" });
    const claiming = await company.node({ nodeId: "claiming", claimAny: true });
    const get = (name: string) => company.as<Node>("adam", "NodeService/GetNode", { name });
    expect((await get(plain.name)).claimAny).toBe(false);
    expect((await get(claiming.name)).claimAny).toBe(true);
  });
});
