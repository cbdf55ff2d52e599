import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Host } from "../integration/rollout/rollouts-world.ts";
import { Company, codeOf, heldBy, LIMITED_KEY, ORG, PAYMENTS, PROJECT_KEY, user } from "./placement-world.ts";

/* A project's values reach people who have no role in the project, by way of a workspace. */

let company: Company;
beforeAll(async () => {
  company = await Company.open();
});
afterAll(() => company[Symbol.asyncDispose]());

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const EVERYTHING = [LIMITED_KEY, "ORG_KEY", PROJECT_KEY];
const payments = { project: PAYMENTS };

describe("a member of no project", () => {
  test("creates a workspace in that project to read its secrets", async () => {
    const workspace = { owner: user("mallory"), ...payments };
    expect(await codeOf(company.workspace("mallory", "mallory-1", workspace))).toBe("denied");
    expect(await codeOf(company.reads("mallory", `${ORG}/workspaces/mallory-1`))).toBe("not-found");
  });

  test("creates an empty workspace and moves it into the project", async () => {
    const name = await company.workspace("mallory", "mallory-2", { owner: user("mallory") });
    expect(await codeOf(company.update("mallory", name, payments))).toBe("denied");
    expect(await codeOf(company.update("mallory", name, { ...payments, display_name: "" }))).toBe("denied");
    expect(await company.reads("mallory", name)).toEqual(["ORG_KEY"]);
  });

  test("gets an admin to create or move the workspace without a look at the member's roles", async () => {
    const workspace = { owner: user("mallory"), ...payments };
    expect(await codeOf(company.workspace("adam", "mallory-3", workspace))).toBe("precondition");
    const name = await company.workspace("adam", "mallory-3", { owner: user("mallory") });
    expect(await codeOf(company.update("adam", name, payments))).toBe("precondition");
    expect(await company.reads("mallory", name)).toEqual(["ORG_KEY"]);
  });

  test("gets the project's maintainer to move the workspace, and neither learns of the other's things", async () => {
    const name = await company.workspace("mallory", "mallory-4", { owner: user("mallory") });
    expect(await codeOf(company.update("max", name, payments))).toBe("not-found");
    expect(await codeOf(company.update("max", `${ORG}/workspaces/ghost`, payments))).toBe("not-found");
    expect(await codeOf(company.update("pam", name, payments))).toBe("not-found");
  });

  test("is the project's maintainer in truth, and learns on which node a member's workspace runs", async () => {
    const agent = await company.node({ nodeId: "hidden-node" });
    const name = await company.workspace("pam", "pam-9", { owner: user("pam") });
    await company.update("adam", name, { node: agent.name });
    const taken = await company.update("max", name, payments);
    expect(taken).toMatchObject({ name, project: PAYMENTS, node: "", placedBy: "" });
    expect(await codeOf(company.as("max", "WorkspaceService/GetWorkspace", { name }))).toBe("not-found");
    expect(await company.update("max", name, { project: "" })).toMatchObject({ project: "", node: "" });
  });

  test("creates the workspace in the name of a member of the project", async () => {
    const workspace = { owner: user("pam"), ...payments };
    expect(await codeOf(company.workspace("mallory", "pam-0", workspace))).toBe("denied");
    expect(await codeOf(company.workspace("max", "pam-0", workspace))).toBe("denied");
  });

  test("is handed a workspace that is in the project", async () => {
    const name = await company.workspace("pam", "pam-1", { owner: user("pam"), ...payments });
    const owner = user("mallory");
    expect(await codeOf(company.update("pam", name, { owner }))).toBe("denied");
    expect(await codeOf(company.update("max", name, { owner }))).toBe("not-found");
    expect(await codeOf(company.update("adam", name, { owner }))).toBe("precondition");
    expect(await company.reads("pam", name)).toEqual(EVERYTHING);
    await company.update("adam", name, { owner, project: "" });
    expect(await company.reads("mallory", name)).toEqual(["ORG_KEY"]);
    expect(await codeOf(company.reads("pam", name))).toBe("not-found");
  });

  test("sets the node of a new workspace to a host where they have Docker", async () => {
    const node = `${ORG}/nodes/build-1`;
    const owner = user("mallory");
    expect(await codeOf(company.workspace("mallory", "mallory-5", { owner, node }))).toBe("denied");
    const ghost = await company.workspace("mallory", "mallory-5", { owner });
    expect(await codeOf(company.update("mallory", ghost, { node }))).toBe("denied");
  });
});

describe("a token that is limited to one workspace", () => {
  test("takes the workspace into a project that the token does not reach", async () => {
    const name = await company.workspace("pam", "pam-2", { owner: user("pam") });
    const token = { scopes: [name] };
    const made = { principal: user("pam"), token };
    const { secret } = await company.as<{ secret: string }>("pam", "TokenService/CreateToken", made);
    const request = { workspace: { name, ...payments }, updateMask: { paths: ["project"] } };
    expect(await codeOf(company.world.call(secret, "WorkspaceService/UpdateWorkspace", request))).toBe(
      "denied",
    );
  });
});

/** A workspace of the person in the project, and a host that runs a container for it. */
async function runningFor(person: "pam" | "alice" | "adam" | "mallory", id: string) {
  const target = await company.workspace("adam", id, { owner: user(person), ...payments });
  const host = new Host(await company.node({ projects: [PAYMENTS] }));
  await host.start(`of-${id}`, target);
  return { target, host, agent: host.agent };
}

describe("who has lost the role in the project", () => {
  test("goes on reading with a workspace made before, by call and on a host whose stream is open", async () => {
    const { target, agent } = await runningFor("pam", "pam-3");
    expect(heldBy(agent, target)).toEqual(EVERYTHING);
    await company.world.dismiss("pam", "payments");
    expect(await company.reads("pam", target)).toEqual(["ORG_KEY"]);
    await until(() => expect(heldBy(agent, target)).toEqual(["ORG_KEY"]));
    expect(agent.streams).toBe(1);
    const reasons = await company.withheld("pam", target);
    expect(reasons[PAYMENTS]).toBe(
      "acme/users/pam owns this workspace and has no role in acme/projects/payments. " +
        "A maintainer of the project gives one with: keyhold member add acme/projects/payments pam --role member",
    );
    await company.world.employ("pam", "member", "payments");
    await until(() => expect(heldBy(agent, target)).toEqual(EVERYTHING));
    expect(await company.withheld("pam", target)).toEqual({});
  });

  test("still counts as somebody who gets the project's changes: a preview and a rollout go by the role", async () => {
    const { target, host, agent } = await runningFor("pam", "pam-4");
    const secret = `${PAYMENTS}/secrets/${PROJECT_KEY}`;
    type Preview = { effects: { target: string; action: string }[] };
    const value = Buffer.from("next");
    const preview = async () => {
      const update = { secret: { name: secret, value }, updateMask: { paths: ["value"] } };
      const { effects } = await company.as<Preview>("adam", "SecretService/PreviewSecretChange", { update });
      return effects.find((each) => each.target === target)?.action;
    };
    type Status = { containers: { target: string; state: string; version: number }[] };
    const status = async () => {
      const found = await company.as<Status>("adam", "RolloutService/GetRolloutStatus", { secret });
      const own = found.containers.find((each) => each.target === target);
      return own === undefined ? "gone" : `${own.state} ${own.version}`;
    };
    await until(async () => expect(await status()).toBe("CURRENT 1"));
    expect(await preview()).toBe("RESTART");
    await company.world.dismiss("pam", "payments");
    expect(await preview()).toBe("NONE");
    // The container still has the value: it has to be restarted without it.
    expect(await status()).toBe("PENDING 1");
    await until(() => expect(heldBy(agent, target)).toEqual(["ORG_KEY"]));
    host.give("of-pam-4");
    await until(async () => expect(await status()).toBe("gone"));
    await company.world.employ("pam", "member", "payments");
  });

  test("was removed from the organization, and keeps workspace and roles in its projects", async () => {
    await company.world.employ("alice", "member", "payments");
    const { target, agent } = await runningFor("alice", "alice-1");
    await until(() => expect(heldBy(agent, target)).toEqual(["ALICE_PAT", ...EVERYTHING]));
    await company.expel("alice");
    await until(() => expect(heldBy(agent, target)).toEqual(["ALICE_PAT"]));
    expect(await codeOf(company.reads("alice", target))).toBe("not-found");
    expect(Object.keys(await company.withheld("adam", target))).toEqual([PAYMENTS, ORG]);
    await company.role("alice", "MEMBER");
    await until(() => expect(heldBy(agent, target)).toEqual(["ALICE_PAT", ...EVERYTHING]));
  });

  test("was an admin without a role in the project, and is a member now", async () => {
    const { target, agent } = await runningFor("adam", "adam-1");
    expect(heldBy(agent, target)).toEqual(EVERYTHING);
    await company.role("adam", "MEMBER");
    await until(() => expect(heldBy(agent, target)).toEqual(["ORG_KEY"]));
    expect(await company.reads("adam", target)).toEqual(["ORG_KEY"]);
    await company.role("adam", "ADMIN");
    await until(() => expect(heldBy(agent, target)).toEqual(EVERYTHING));
  });

  test("connects a host again that was away meanwhile", async () => {
    const { target, agent } = await runningFor("pam", "pam-5");
    await agent.stop();
    await company.world.dismiss("pam", "payments");
    await agent.run();
    expect(await agent.ask(target)).toBe("bundle");
    expect(heldBy(agent, target)).toEqual(["ORG_KEY"]);
    await company.world.employ("pam", "member", "payments");
  });

  test("has a host enrolled for the project claim the workspace", async () => {
    const target = await company.workspace("pam", "pam-6", { owner: user("pam"), ...payments });
    await company.world.dismiss("pam", "payments");
    const agent = await company.node({ projects: [PAYMENTS] });
    expect(await agent.ask(target)).toContain("does not exist, or is not placed on node");
    await company.world.employ("pam", "member", "payments");
    await until(() => expect(heldBy(agent, target)).toEqual(EVERYTHING));
  });
});

describe("a build container of the project", () => {
  test("keeps the project's secrets whoever leaves: they are the node's by its enrollment", async () => {
    const agent = await company.node({ projects: [PAYMENTS] });
    expect(await agent.ask(PAYMENTS)).toBe("bundle");
    await company.world.dismiss("pam", "payments");
    expect(heldBy(agent, PAYMENTS)).toEqual(EVERYTHING);
    await company.world.employ("pam", "member", "payments");
  });

  test("is asked for by a host that is enrolled to claim any workspace, and for no project", async () => {
    const agent = await company.node({ claimAny: true });
    expect(await agent.ask(PAYMENTS)).toContain("is not enrolled for project acme/payments");
    expect(await agent.ask(`${ORG}/projects/ghost`)).toContain("is not enrolled for project acme/ghost");
  });
});
