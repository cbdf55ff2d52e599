import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";
import { enrolNode, events, exported, ORG, openStream, verify } from "../integration/audit/world.ts";

const WEB = `${ORG}/projects/web`;
const VAULT = `${ORG}/workspaces/vault-ws`;

let world: World;
let adam: string;
let alice: string;
let mallory: string;

beforeAll(async () => {
  world = await World.start();
  ({ adam, alice, mallory } = await world.populate({ adam: "admin", alice: "member", mallory: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

interface Secret {
  readonly only: readonly string[];
  readonly limited: boolean;
}

const createWorkspace = (token: string, user: string, workspaceId = "vault-ws") =>
  world.call(token, "WorkspaceService/CreateWorkspace", {
    parent: ORG,
    workspaceId,
    workspace: { owner: `${ORG}/users/${user}` },
  });
const remove = (name: string, token = adam) =>
  world.call(token, "WorkspaceService/DeleteWorkspace", { name });
const limit = (secretId: string, only: readonly string[]) =>
  world.call(adam, "SecretService/CreateSecret", {
    parent: ORG,
    secretId,
    secret: { kind: "SECRET_KIND_ENV", value: Buffer.from(`value of ${secretId}`), only },
  });
const get = (secretId: string) =>
  world.call<Secret>(adam, "SecretService/GetSecret", { name: `${ORG}/secrets/${secretId}` });

async function idsFor(token: string, target: string): Promise<readonly string[]> {
  const { bundle } = await world.call<{ bundle: { secrets: { id: string }[] } }>(
    token,
    "SecretService/ResolveWorkload",
    { target },
  );
  return bundle.secrets.map(({ id }) => id);
}

describe("somebody takes the name of a workspace that is deleted", () => {
  beforeEach(async () => {
    await createWorkspace(alice, "alice");
  });

  test("and gets the secrets that were limited to it", async () => {
    await limit("FOR_VAULT", [VAULT]);
    expect(await idsFor(alice, VAULT)).toContain("FOR_VAULT");
    await remove(VAULT, alice);
    await createWorkspace(mallory, "mallory");
    expect(await idsFor(mallory, VAULT)).not.toContain("FOR_VAULT");
    expect(await get("FOR_VAULT")).toMatchObject({ only: [], limited: true });
    const { entries } = await world.call<{
      entries: { secretId: string; candidates: { wins: boolean; reason: string }[] }[];
    }>(mallory, "SecretService/ExplainWorkload", { target: VAULT, secretId: "FOR_VAULT" });
    expect(entries[0]?.candidates[0]).toMatchObject({
      wins: false,
      reason: "Limited to projects and workspaces that are deleted, so it reaches nothing.",
    });
    await remove(VAULT);
  });

  test("after which the limit is lifted for everybody, as it is empty", async () => {
    await limit("FOR_NONE", [VAULT]);
    await createWorkspace(mallory, "mallory", "other-ws");
    await remove(VAULT, alice);
    const name = `${ORG}/secrets/FOR_NONE`;
    const other = `${ORG}/workspaces/other-ws`;
    await world.call(adam, "SecretService/UpdateSecret", {
      secret: { name, value: Buffer.from("another"), comment: "rotated" },
      updateMask: { paths: ["value", "comment"] },
    });
    expect(await idsFor(mallory, other)).not.toContain("FOR_NONE");
    await world.call(adam, "SecretService/RollbackSecret", { name, version: 1 });
    expect(await idsFor(mallory, other)).not.toContain("FOR_NONE");
    await world.call(adam, "SecretService/DeleteSecret", { name });
    await world.call(adam, "SecretService/UndeleteSecret", { name });
    expect(await idsFor(mallory, other)).not.toContain("FOR_NONE");
    expect(await get("FOR_NONE")).toMatchObject({ only: [], limited: true });
    await remove(other);
  });

  test("while the secret that was limited to it is deleted, and is restored afterwards", async () => {
    const name = `${ORG}/secrets/RESTORED`;
    await limit("RESTORED", [VAULT, WEB]);
    await world.call(adam, "SecretService/DeleteSecret", { name });
    await remove(VAULT, alice);
    await createWorkspace(mallory, "mallory");
    await world.call(adam, "SecretService/UndeleteSecret", { name });
    expect(await idsFor(mallory, VAULT)).not.toContain("RESTORED");
    expect(await get("RESTORED")).toMatchObject({ only: [WEB], limited: true });
    await remove(VAULT);
  });

  test("and a token that was limited to it reaches the new one", async () => {
    await world.call(adam, "UserService/CreateServiceAccount", { parent: ORG, serviceAccountId: "ci" });
    const make = (scopes: readonly string[]) =>
      world.call<{ secret: string }>(adam, "TokenService/CreateToken", {
        principal: `${ORG}/serviceAccounts/ci`,
        token: { scopes },
      });
    const [vaultOnly, both] = [await make([VAULT]), await make([VAULT, WEB])];
    await remove(VAULT, alice);
    await createWorkspace(mallory, "mallory");
    const identity = ({ secret }: { secret: string }) =>
      codeOf(world.call(secret, "TokenService/GetIdentity"));
    expect(await identity(vaultOnly)).toBe("unauthenticated");
    expect(await identity(both)).toBe("ok");
    const { token } = await world.call<{ token: { scopes: string[] } }>(
      both.secret,
      "TokenService/GetIdentity",
    );
    expect(token.scopes).toEqual([WEB]);
    await remove(VAULT);
  });

  test("and reads what happened to the earlier one in the audit log", async () => {
    await world.call(alice, "SecretService/CreateSecret", {
      parent: VAULT,
      secretId: "OLD_NAME",
      secret: { kind: "SECRET_KIND_ENV", value: Buffer.from("x") },
    });
    await remove(VAULT, alice);
    await createWorkspace(mallory, "mallory");
    const rows = await events(world, { resource: VAULT }, mallory);
    expect(rows[0]).toMatchObject({ action: "keyhold.v1.WorkspaceService/CreateWorkspace" });
    expect(rows.filter(({ principal }) => principal === `${ORG}/users/alice`)).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain("OLD_NAME");
    const own = await events(world, { resource: VAULT }, alice);
    expect(own.map(({ resource }) => resource)).toContain(`${VAULT}/secrets/OLD_NAME`);
    await remove(VAULT);
  });
});

describe("somebody joins a host under the name of a revoked node", () => {
  test("and finds the workspaces of the earlier one placed on it", async () => {
    const node = `${ORG}/nodes/build-1`;
    await createWorkspace(alice, "alice", "placed-ws");
    await enrolNode(world, "build-1");
    const name = `${ORG}/workspaces/placed-ws`;
    await world.call(adam, "WorkspaceService/UpdateWorkspace", {
      workspace: { name, node },
      updateMask: { paths: ["node"] },
    });
    await world.call(adam, "NodeService/RevokeNode", { name: node });
    const identity = await enrolNode(world, "build-1");
    expect(await world.call(alice, "WorkspaceService/GetWorkspace", { name })).toMatchObject({ node: "" });
    const stream = openStream(world, identity, [name]);
    const { snapshot } = await stream.next();
    expect(snapshot?.targets).toMatchObject([{ target: name, refusal: expect.anything() }]);
    stream.close();
  });
});

describe("somebody takes the name of a project that is deleted", () => {
  test("and a join token that was made for it enrolls a node for the new one", async () => {
    const parent = ORG;
    const project = `${ORG}/projects/short`;
    await world.call(adam, "ProjectService/CreateProject", { parent, projectId: "short" });
    await world.call(adam, "NodeService/CreateJoinToken", { parent, nodeId: "late", projects: [project] });
    await world.call(adam, "ProjectService/DeleteProject", { name: project });
    await world.call(adam, "ProjectService/CreateProject", { parent, projectId: "short" });
    const { joinTokens } = await world.call<{ joinTokens: { nodeId: string; revokeTime: unknown }[] }>(
      adam,
      "NodeService/ListJoinTokens",
      { parent, showRevoked: true },
    );
    const late = joinTokens.filter(({ nodeId, revokeTime }) => nodeId === "late" && revokeTime === null);
    expect(late).toEqual([]);
  });
});

describe("somebody takes the name of an organization that is deleted", () => {
  const parent = "organizations/tenant";
  const create = () =>
    world.call<{ uid: string }>(world.owner, "OrganizationService/CreateOrganization", {
      organizationId: "tenant",
    });

  test("and reads the earlier one's audit log, comments included", async () => {
    const first = await create();
    await world.call(world.owner, "SecretService/CreateSecret", {
      parent,
      secretId: "A",
      secret: { kind: "SECRET_KIND_ENV", value: Buffer.from("x"), comment: "merger with Initech" },
    });
    await world.call(world.owner, "OrganizationService/DeleteOrganization", { name: parent, force: true });
    const second = await create();
    const rows = await exported(world, world.owner, parent);
    expect(rows[0]).toMatchObject({ sequence: 1, organizationUid: second.uid });
    expect(JSON.stringify(rows)).not.toContain("Initech");
    expect(JSON.stringify(await events(world, { parent }))).not.toContain("Initech");
    expect(await verify(world, parent)).toMatchObject({ intact: true, events: rows.length });

    const earlier = await events(world, { parent: "", organizationUid: first.uid });
    expect(JSON.stringify(earlier)).toContain("Initech");
    expect(earlier[0]).toMatchObject({ action: "keyhold.v1.OrganizationService/DeleteOrganization" });
    const { logs } = await world.call<{ logs: { organizationUid: string; deleted: boolean }[] }>(
      world.owner,
      "AuditService/ListAuditLogs",
      { parent },
    );
    expect(logs.map(({ organizationUid, deleted }) => [organizationUid, deleted])).toEqual([
      [first.uid, true],
      [second.uid, false],
    ]);
  });

  test("and asks for it by its uid, which is for the server's owner", async () => {
    const request = { organizationUid: "any" };
    expect(await codeOf(world.call(adam, "AuditService/ListAuditEvents", request))).toBe("denied");
  });
});

test("a new user of an old name is let in with an ordinary invitation, and the old user's token stays dead", async () => {
  const name = `${ORG}/users/carol`;
  const before = await world.addUser("carol", "member");
  await world.call(adam, "UserService/DeleteUser", { name });
  await world.call(adam, "UserService/CreateUser", { parent: ORG, userId: "carol" });
  const after = await world.letIn(name);
  expect(await codeOf(world.call(before, "TokenService/GetIdentity"))).toBe("unauthenticated");
  expect(await codeOf(world.call(after, "TokenService/GetIdentity"))).toBe("ok");
  await expect(world.letIn(name)).rejects.toThrow(/has signed in before/);
});
