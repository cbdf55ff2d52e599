import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTarget } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { TargetResolver } from "../../../controlplane/resolve/target-resolver.ts";
import { ALICE, acmeWorld, env, ORGANIZATION, type StoreWorld, USER, WEB, WORKSPACE } from "./world.ts";

let world: StoreWorld;
beforeEach(async () => {
  world = await acmeWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const NODE = {
  organization: "acme",
  id: "build-1",
  projects: [WEB.name],
  publicKey: "pem",
  certificateSerial: "01",
  certificateExpireTime: 1,
  by: "",
};

describe("what is still needed cannot be deleted", () => {
  test("an organization with content, unless forced: then nothing of it is left", async () => {
    await world.db.secrets.create(WEB, "X", env("1"), ALICE);
    await expect(world.db.organizations.delete("acme")).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/secrets \(1\), workspaces \(1\), projects \(1\), users \(1\)/),
    });
    await world.db.organizations.delete("acme", { force: true });
    expect(await world.db.organizations.find("acme")).toBeUndefined();
    expect(await world.db.users.find("acme", "alice")).toBeUndefined();
  });

  test("a project with workspaces, unless forced: they lose it, nodes forget it, its secrets are gone", async () => {
    await world.db.nodes.create(NODE);
    await world.db.secrets.create(WEB, "X", env("1"), ALICE);
    await expect(world.db.projects.delete("acme", "web")).rejects.toMatchObject({ code: "precondition" });
    await world.db.projects.delete("acme", "web", { force: true });
    expect((await world.db.workspaces.get("acme", "ws-1")).project).toBeUndefined();
    expect((await world.db.nodes.get("acme", "build-1")).projects).toEqual([]);
    await world.db.projects.create({ organization: "acme", id: "web", displayName: "", by: ALICE });
    expect((await world.db.secrets.list(WEB, { showDeleted: true })).items).toEqual([]);
  });

  test("a user who owns workspaces, or is the last owner", async () => {
    await expect(world.db.users.delete("acme", "alice")).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringContaining("owns 1 workspaces"),
    });
    await world.db.workspaces.delete("acme", "ws-1");
    await expect(world.db.users.delete("acme", "alice")).rejects.toThrow(/last owner/);
    await expect(world.db.members.removeOrganizationRole("acme", ALICE)).rejects.toThrow(/last owner/);
    await expect(world.db.members.setOrganizationRole("acme", ALICE, "admin")).rejects.toThrow(/last owner/);
    await world.db.members.setOrganizationRole("acme", "users/owner", "owner");
    const draft = { organization: "acme", principal: ALICE, displayName: "", prefix: "kh_a", scopes: [] };
    const token = await world.db.tokens.create({ ...draft, hash: "h", by: ALICE });
    await world.db.users.delete("acme", "alice");
    expect((await world.db.tokens.get(token.id)).revokeTime).toBe(world.clock.now);
    expect(await world.db.members.organizationRole("acme", ALICE)).toBeUndefined();
  });
});

describe("users, organizations and roles", () => {
  test("an email belongs to one user, whatever the case", async () => {
    expect(await world.db.users.findByEmail("acme", "ALICE@ACME.test")).toMatchObject({ id: "alice" });
    const draft = { organization: "acme", id: "eve", displayName: "", by: ALICE };
    await expect(world.db.users.create({ ...draft, email: "alice@acme.test" })).rejects.toMatchObject({
      code: "exists",
      field: "user.email",
    });
  });

  test("organizations are listed for those who have a role in them", async () => {
    await world.db.organizations.create({ id: "other", displayName: "", by: ALICE });
    const ids = async (memberOf?: string) =>
      (await world.db.organizations.list({ memberOf })).items.map(({ id }) => id);
    expect(await ids()).toEqual(["acme", "other"]);
    expect(await ids(ALICE)).toEqual(["acme"]);
    expect(await ids("users/owner")).toEqual([]);
  });

  test("nobody of another organization gets a role", async () => {
    await expect(
      world.db.members.setProjectRole("acme", "web", "organizations/evil/users/alice", "maintainer"),
    ).rejects.toMatchObject({ code: "not-found" });
    await world.db.members.setProjectRole("acme", "web", ALICE, "maintainer");
    expect(await world.db.members.projectRole("acme", "web", ALICE)).toBe("maintainer");
  });
});

describe("nodes and join tokens", () => {
  test("a join token works once, before it expires, and says why not", async () => {
    const now = world.clock.now;
    const draft = { organization: "acme", projects: [WEB.name], by: ALICE };
    await world.db.joinTokens.create({ ...draft, nodeId: "build-1", hash: "a", expireTime: now + 10 });
    await world.db.joinTokens.create({ ...draft, hash: "b", expireTime: now + 10 });
    expect(await world.db.joinTokens.redeem("a")).toMatchObject({ nodeId: "build-1", projects: [WEB.name] });
    await expect(world.db.joinTokens.redeem("a")).rejects.toThrow(/used already/);
    await expect(world.db.joinTokens.redeem("c")).rejects.toThrow(/unknown/);
    world.clock.now += 10;
    await expect(world.db.joinTokens.redeem("b")).rejects.toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("expired"),
    });
  });

  test("a workspace goes to the node that asks first, and to no other when that is revoked", async () => {
    const first = await world.db.nodes.create(NODE);
    await world.db.nodes.create({ ...NODE, id: "build-2" });
    const claim = async (id: string) =>
      (await world.db.workspaces.claim("acme", "ws-1", `organizations/acme/nodes/${id}`)).node;
    expect(await claim("build-1")).toBe("organizations/acme/nodes/build-1");
    expect(await claim("build-2")).toBe("organizations/acme/nodes/build-1");
    await world.db.nodes.revoke("acme", "build-1");
    expect(await claim("build-2")).toBeUndefined();
    await world.db.workspaces.update("acme", "ws-1", { node: null, by: ALICE });
    expect(await claim("build-2")).toBe("organizations/acme/nodes/build-2");
    await expect(world.db.nodes.renew(first, NODE)).rejects.toMatchObject({ code: "denied" });
    expect(await world.db.nodes.freeId("acme", "build-2")).toBe("build-2-2");
    await expect(world.db.nodes.create({ ...NODE, id: "build-2" })).rejects.toMatchObject({ code: "exists" });
    await expect(world.db.nodes.create(NODE)).resolves.toMatchObject({ revokeTime: undefined });
    await expect(world.db.nodes.renew(first, NODE)).rejects.toMatchObject({ code: "denied" });
  });
});

describe("revisions", () => {
  test("are one for a transaction, told after the commit, and none where nothing was committed", async () => {
    const before = await world.db.changes.currentRevision();
    await world.db.transaction(async (stores) => {
      await stores.secrets.create(WEB, "A", env("1"), ALICE);
      await stores.secrets.create(WEB, "B", env("2"), ALICE);
      expect(world.seen).toEqual([]);
    });
    expect(world.seen.map(({ revision, resource }) => [revision - before, resource])).toEqual([
      [1, `${WEB.name}/secrets/A`],
      [1, `${WEB.name}/secrets/B`],
    ]);
    const failed = world.db.transaction(async (stores) => {
      await stores.secrets.create(WEB, "C", env("3"), ALICE);
      await stores.secrets.create(WEB, "A", env("3"), ALICE);
    });
    await expect(failed).rejects.toMatchObject({ code: "exists" });
    expect(await world.db.secrets.find(WEB, "C")).toBeUndefined();
    expect(await world.db.changes.currentRevision()).toBe(before + 1);
    expect(await world.db.changes.changesSince(before)).toEqual(world.seen);
  });

  test("stay in order without gaps when writes race, and a listener that throws harms nobody", async () => {
    world.db.changes.onChange(() => {
      throw new Error("listener");
    });
    const before = await world.db.changes.currentRevision();
    const ids = Array.from({ length: 20 }, (_, index) => `S${index}`);
    await Promise.all(ids.map((id) => world.db.secrets.create(WEB, id, env(id), ALICE)));
    expect(world.seen.map(({ revision }) => revision - before)).toEqual(ids.map((_, index) => index + 1));
  });

  test("a store that is not the transaction's throws inside it instead of waiting for ever", async () => {
    await expect(world.db.transaction(() => world.db.organizations.get("acme"))).rejects.toThrow(
      /only the stores that were handed to it/,
    );
    expect(await world.db.organizations.get("acme")).toMatchObject({ id: "acme" });
  });
});

describe("resolving from the store", () => {
  const target = parseTarget("acme/workspaces/ws-1");

  test("gives values, digest and revision, and a shadowed change leaves the digest", async () => {
    const resolver = new TargetResolver(world.db);
    await world.db.secrets.create(ORGANIZATION, "API_KEY", env("org"), ALICE);
    await world.db.secrets.create(USER, "API_KEY", env("user"), ALICE);
    await world.db.secrets.create(WORKSPACE, "HIDDEN", { kind: "opaque", value: SecretValue.of("o") }, ALICE);
    const bundle = await resolver.resolve(target);
    expect(bundle.secrets.map(({ id, secret, value }) => [id, secret, value.text()])).toEqual([
      ["API_KEY", `${USER.name}/secrets/API_KEY`, "user"],
    ]);
    expect(bundle.revision).toBe(await world.db.changes.currentRevision());
    expect(await resolver.digest(target)).toBe(bundle.digest);
    world.seen.length = 0;
    await world.db.secrets.update(ORGANIZATION, "API_KEY", { value: SecretValue.of("org 2") }, ALICE);
    expect([...(await resolver.affected(world.seen))]).toEqual([WORKSPACE.name, WEB.name]);
    expect(await resolver.digest(target)).toBe(bundle.digest);
    await world.db.secrets.update(USER, "API_KEY", { value: SecretValue.of("user 2") }, ALICE);
    expect(await resolver.digest(target)).not.toBe(bundle.digest);
    const { entries } = await resolver.explain(target);
    expect(entries[0]?.candidates.map(({ wins }) => wins)).toEqual([true, false]);
    await world.reopen();
    expect((await new TargetResolver(world.db).resolve(target)).secrets[0]?.value.text()).toBe("user 2");
  });

  test("says that a target does not exist", async () => {
    const resolver = new TargetResolver(world.db);
    for (const name of ["acme/workspaces/nope", "acme/projects/nope"]) {
      await expect(resolver.resolve(parseTarget(name))).rejects.toMatchObject({ code: "not-found" });
    }
  });
});
