import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TestAgent } from "../integration/nodes/world.ts";
import { Host } from "../integration/rollout/rollouts-world.ts";
import { Company, codeOf, heldBy, LIMITED_KEY, ORG, PAYMENTS, PROJECT_KEY, user } from "./placement-world.ts";

/* An admin reads users' own secrets by placing their workspaces on a host of the admin's. */

let company: Company;
let laptop: TestAgent;
beforeAll(async () => {
  company = await Company.open();
  laptop = await company.node({ nodeId: "adams-laptop" });
  await company.world.employ("alice", "member", "payments");
});
afterAll(() => company[Symbol.asyncDispose]());

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const SHARED = [LIMITED_KEY, "ORG_KEY", PROJECT_KEY];
const ALL_OF_ALICE = ["ALICE_PAT", ...SHARED];

interface Workspace {
  readonly node: string;
  readonly placedBy: string;
  readonly placeTime: { seconds: number } | null;
  readonly confirmTime: object | null;
  readonly awaitsConfirmation: boolean;
}
const look = (name: string) => company.as<Workspace>("alice", "WorkspaceService/GetWorkspace", { name });
const confirm = (name: string, more: object = {}) =>
  company.as("alice", "WorkspaceService/ConfirmPlacement", { name, ...more });

async function placedOn(id: string, node = laptop.name): Promise<string> {
  return company.workspace("adam", id, { owner: user("alice"), project: PAYMENTS, node });
}

describe("where no consent is needed, an admin", () => {
  test("places a user's workspace unseen: the owner sees by whom, when and where, and in the audit log", async () => {
    const name = await company.workspace("alice", "seen-1", { owner: user("alice") });
    expect(await look(name)).toMatchObject({ node: "", placedBy: "", placeTime: null });
    await company.update("adam", name, { node: laptop.name });
    const seen = await look(name);
    expect(seen).toMatchObject({ node: laptop.name, placedBy: user("adam"), awaitsConfirmation: false });
    expect(Math.abs(Number(seen.placeTime?.seconds) - Date.now() / 1000)).toBeLessThan(60);
    expect(await laptop.ask(name)).toBe("bundle");
    type Log = { events: { principal: string; action: string; resource: string; comment: string }[] };
    const { events } = await company.as<Log>("alice", "AuditService/ListAuditEvents", {
      ...{ parent: ORG, resource: name },
    });
    const placing = events.find(({ comment }) => comment === `placed on ${laptop.name}`);
    expect(placing).toMatchObject({
      ...{ principal: user("adam"), action: "keyhold.v1.WorkspaceService/UpdateWorkspace", resource: name },
    });
    // What the host was told stands there as well.
    expect(events.some((each) => each.action === "agent/resolve" && each.principal === laptop.name)).toBe(
      true,
    );
  });
});

describe("where the owner has to confirm, an admin", () => {
  beforeAll(() => company.requireConsent());
  afterAll(() => company.requireConsent("ANYONE"));

  test("moves a user's workspace to a host of the admin's", async () => {
    const name = await company.workspace("alice", "own-1", { owner: user("alice"), project: PAYMENTS });
    await company.write("alice", name, "WS_KEY", "of the workspace");
    expect(await company.reads("alice", name)).toEqual([
      "ALICE_PAT",
      LIMITED_KEY,
      "ORG_KEY",
      PROJECT_KEY,
      "WS_KEY",
    ]);
    await company.update("adam", name, { node: laptop.name });
    expect(await laptop.ask(name)).toBe("bundle");
    expect(heldBy(laptop, name)).toEqual(SHARED);
    expect(await look(name)).toMatchObject({ awaitsConfirmation: true, confirmTime: null });
    const reasons = await company.withheld("alice", name);
    expect(Object.keys(reasons)).toEqual([name, user("alice")]);
    expect(reasons[name]).toBe(
      "Withheld until acme/users/alice confirms that the workspace is placed on acme/nodes/adams-laptop by " +
        "acme/users/adam. The owner confirms it with: keyhold workspace confirm acme/workspaces/own-1",
    );
    await confirm(name);
    await until(() =>
      expect(heldBy(laptop, name)).toEqual(["ALICE_PAT", LIMITED_KEY, "ORG_KEY", PROJECT_KEY, "WS_KEY"]),
    );
    expect(await company.withheld("alice", name)).toEqual({});
    expect(await look(name)).toMatchObject({ awaitsConfirmation: false });
  });

  test("makes a workspace in a user's name on that host", async () => {
    const name = await placedOn("for-alice");
    expect(await laptop.ask(name)).toBe("bundle");
    expect(heldBy(laptop, name)).toEqual(SHARED);
  });

  test("makes one that is placed nowhere, and has the host claim it", async () => {
    const claiming = await company.node({ nodeId: "adams-claimer", claimAny: true });
    const name = await company.workspace("adam", "claimed-1", { owner: user("alice"), project: PAYMENTS });
    expect(await claiming.ask(name)).toBe("bundle");
    expect(heldBy(claiming, name)).toEqual(SHARED);
    expect(await look(name)).toMatchObject({ placedBy: claiming.name, awaitsConfirmation: true });
  });

  test("moves a workspace that its owner has confirmed elsewhere, and back", async () => {
    const name = await placedOn("moved-1");
    await confirm(name);
    expect(await laptop.ask(name)).toBe("bundle");
    await until(() => expect(heldBy(laptop, name)).toEqual(ALL_OF_ALICE));
    const other = await company.node({ nodeId: "adams-other" });
    await company.update("adam", name, { node: other.name });
    expect(await other.ask(name)).toBe("bundle");
    expect(heldBy(other, name)).toEqual(SHARED);
    await company.update("adam", name, { node: laptop.name });
    await until(() => expect(heldBy(laptop, name)).toEqual(SHARED));
  });

  test("confirms in the owner's name", async () => {
    const name = await placedOn("forced-1");
    const request = { name };
    for (const person of ["adam", "olga"] as const)
      expect(await codeOf(company.as(person, "WorkspaceService/ConfirmPlacement", request))).toBe("denied");
    expect(await codeOf(company.as("mallory", "WorkspaceService/ConfirmPlacement", request))).toBe(
      "not-found",
    );
    const { owner } = company.world;
    expect(await codeOf(company.world.call(owner, "WorkspaceService/ConfirmPlacement", request))).toBe(
      "denied",
    );
    expect(await look(name)).toMatchObject({ awaitsConfirmation: true });
  });

  test("moves the workspace in the moment in which the owner confirms", async () => {
    const name = await placedOn("raced-1");
    const other = await company.node({ nodeId: "adams-race" });
    await company.update("adam", name, { node: other.name });
    expect(await codeOf(confirm(name, { node: laptop.name }))).toBe("conflict");
    expect(await look(name)).toMatchObject({ awaitsConfirmation: true });
    await confirm(name, { node: other.name });
    expect(await look(name)).toMatchObject({ awaitsConfirmation: false });
  });

  test("changes the organization's rule back", async () => {
    const organization = { name: ORG, placement: "PLACEMENT_POLICY_ANYONE" };
    const change = company.as("adam", "OrganizationService/UpdateOrganization", { organization });
    expect(await codeOf(change)).toBe("denied");
  });

  test("hands a workspace with a confirmed host on: the next owner's secrets wait for the next owner", async () => {
    const name = await company.workspace("adam", "handed-1", { owner: user("adam"), node: laptop.name });
    expect(await laptop.ask(name)).toBe("bundle");
    await company.update("adam", name, { owner: user("alice") });
    await until(() => expect(heldBy(laptop, name)).toEqual(["ORG_KEY"]));
    await confirm(name);
    await until(() => expect(heldBy(laptop, name)).toEqual(["ALICE_PAT", "ORG_KEY"]));
  });

  test("revokes the host and lets another of the same name join", async () => {
    const first = await company.node({ nodeId: "renamed" });
    const name = await placedOn("rejoined-1", first.name);
    await confirm(name);
    await company.as("adam", "NodeService/RevokeNode", { name: first.name });
    const second = await company.node({ nodeId: "renamed", claimAny: true });
    expect(await second.ask(name)).toContain("was revoked");
    await company.update("adam", name, { node: second.name });
    await until(() => expect(heldBy(second, name)).toEqual(SHARED));
  });

  test("sees no other effect of a user's secret on an unconfirmed host in a preview", async () => {
    const name = await placedOn("preview-1");
    const host = new Host(laptop);
    await host.start("preview-1", name);
    type Preview = { effects: { target: string; action: string }[] };
    const preview = async () => {
      const update = { secret: { name: `${user("alice")}/secrets/ALICE_PAT`, value: Buffer.from("next") } };
      const { effects } = await company.as<Preview>("alice", "SecretService/PreviewSecretChange", { update });
      return effects.find(({ target }) => target === name)?.action;
    };
    expect(await preview()).toBe("NONE");
    await confirm(name);
    expect(await preview()).toBe("RESTART");
  });
});

describe("a rule that is made later", () => {
  test("withholds what was placed before and not confirmed, and gives it back with the consent", async () => {
    const name = await placedOn("before-1");
    expect(await laptop.ask(name)).toBe("bundle");
    expect(heldBy(laptop, name)).toEqual(ALL_OF_ALICE);
    await company.requireConsent();
    await until(() => expect(heldBy(laptop, name)).toEqual(SHARED));
    await confirm(name);
    await until(() => expect(heldBy(laptop, name)).toEqual(ALL_OF_ALICE));
    await company.requireConsent("ANYONE");
  });

  test("does not wait for consent that was given before", async () => {
    const name = await placedOn("before-2");
    await confirm(name);
    expect(await laptop.ask(name)).toBe("bundle");
    await company.requireConsent();
    expect(await look(name)).toMatchObject({ awaitsConfirmation: false });
    expect(await company.reads("alice", name)).toEqual(ALL_OF_ALICE);
    await company.requireConsent("ANYONE");
  });
});

describe("an admin who becomes the owner of a user's workspace", () => {
  test("reads the secrets that the user stored in it", async () => {
    const name = await company.workspace("alice", "taken-1", { owner: user("alice") });
    await company.write("alice", name, "WS_KEY", "alice's");
    await company.write("alice", name, "OLD_KEY", "alice's");
    await company.as("alice", "SecretService/DeleteSecret", { name: `${name}/secrets/OLD_KEY` });
    expect(await codeOf(company.update("adam", name, { owner: user("adam") }))).toBe("precondition");
    await company.update("adam", name, { owner: user("adam") }, { force: true });
    expect(await company.reads("adam", name)).toEqual(["ORG_KEY"]);
    for (const id of ["WS_KEY", "OLD_KEY"]) {
      const secret = `${name}/secrets/${id}`;
      expect(await codeOf(company.as("adam", "SecretService/UndeleteSecret", { name: secret }))).toBe(
        "not-found",
      );
    }
  });
});
