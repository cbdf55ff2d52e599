import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";
import { TestAgent } from "../integration/nodes/world.ts";

const ORG = "organizations/acme";
const ALICE = `${ORG}/users/alice`;
const WORKSPACE = `${ORG}/workspaces/ws-1`;
const OWN = `${ALICE}/secrets/PAT`;
const PLACED = `${WORKSPACE}/secrets/KEY`;

let world: World;
let adam: string;
/** Whoever has redeemed the last invitation for alice: adam himself, here. */
let alice: string;

beforeAll(async () => {
  world = await World.start();
  ({ adam, alice } = await world.populate({ adam: "admin", alice: "member" }));
  await world.call(alice, "WorkspaceService/CreateWorkspace", {
    ...{ parent: ORG, workspaceId: "ws-1", workspace: { owner: ALICE } },
  });
  await set(OWN, "alices-own");
  await set(OWN, "alices-second");
  await set(PLACED, "of-the-workspace");
  expect(await read(OWN)).toBe("alices-second");
});
beforeEach(async () => {
  const request = { name: ALICE, reset: true };
  const invited = await world.call<{ secret: string }>(adam, "UserService/InviteUser", request);
  alice = (await world.redeem(invited.secret)).secret;
});
afterAll(() => world[Symbol.asyncDispose]());

function set(name: string, value: string): Promise<unknown> {
  const secret = { name, kind: "SECRET_KIND_ENV", value: Buffer.from(value) };
  const updateMask = { paths: ["value"] };
  return world.call(alice, "SecretService/UpdateSecret", { secret, updateMask, allowMissing: true });
}

async function read(name: string, version = 0): Promise<string> {
  const request = { name, version };
  const { value } = await world.call<{ value: Uint8Array }>(alice, "SecretService/AccessSecret", request);
  return Buffer.from(value).toString();
}

describe("an admin who resets a member's sign-in and takes the member's place", () => {
  test("reads the member's own secrets, old versions included", async () => {
    for (const version of [0, 1, 2]) {
      await expect(read(OWN, version)).rejects.toThrow(/before the sign-in of alice was reset/);
    }
  });

  test("reads the secrets of the member's workspace, or what it resolves to", async () => {
    await expect(read(PLACED)).rejects.toThrow(/was reset/);
    const resolve = { target: WORKSPACE };
    const resolved = world.call(alice, "SecretService/ResolveWorkload", resolve);
    await expect(resolved).rejects.toThrow(/acme\/workspaces\/ws-1\/secrets\/KEY/);
  });

  test("writes an old value as a new version, to read that", async () => {
    const back = { name: OWN, version: 1 };
    await world.call(alice, "SecretService/RollbackSecret", back);
    await expect(read(OWN)).rejects.toThrow(/was reset/);
    await world.call(alice, "SecretService/RollbackSecret", { name: OWN, version: 3 }).catch(() => undefined);
    await expect(read(OWN)).rejects.toThrow(/was reset/);
  });

  test("deletes a secret and restores it", async () => {
    await world.call(alice, "SecretService/DeleteSecret", { name: PLACED });
    await world.call(alice, "SecretService/UndeleteSecret", { name: PLACED });
    await expect(read(PLACED)).rejects.toThrow(/was reset/);
  });
});

describe("an admin who takes a member's place where owners confirm placements", () => {
  const withAgent = async (use: (agent: TestAgent) => Promise<void>) => {
    const placement = "PLACEMENT_POLICY_OWNER_CONFIRMS";
    await world.call(world.owner, "OrganizationService/UpdateOrganization", {
      ...{ organization: { name: ORG, placement }, updateMask: { paths: ["placement"] } },
    });
    const agent = await (await TestAgent.enrolled(world, { claimAny: false })).run();
    try {
      await world.call(adam, "WorkspaceService/UpdateWorkspace", {
        ...{ workspace: { name: WORKSPACE, node: agent.name }, updateMask: { paths: ["node"] } },
      });
      await use(agent);
    } finally {
      await agent.remove();
    }
  };
  const confirm = () => world.call(alice, "WorkspaceService/ConfirmPlacement", { name: WORKSPACE });
  const purge = (name: string) => world.call(alice, "SecretService/DeleteSecret", { name, purge: true });

  test("confirms in the member's name that the workspace runs on a host of the admin", async () => {
    await withAgent(async (agent) => {
      const refusal = { code: "precondition", next: expect.stringContaining("--purge") };
      await expect(confirm()).rejects.toMatchObject(refusal);
      // Neither a new version nor a deletion is enough: a rollback brings the old value back.
      await set(OWN, "new");
      await purge(PLACED);
      await expect(confirm()).rejects.toMatchObject(refusal);
      await world.call(alice, "SecretService/DeleteSecret", { name: OWN });
      await expect(confirm()).rejects.toMatchObject(refusal);
      await agent.session.obtain(WORKSPACE);
      expect(JSON.stringify(agent.session.peek(WORKSPACE))).not.toContain("/users/alice/");
      await purge(OWN);
      expect(await codeOf(confirm())).toBe("ok");
      await set(OWN, "alices-own");
      await set(PLACED, "of-the-workspace");
      expect(await codeOf(confirm())).toBe("ok");
    });
  });
});

test("the member stores new values after a reset, and reads those", async () => {
  await set(OWN, "new");
  await set(PLACED, "new too");
  expect([await read(OWN), await read(PLACED)]).toEqual(["new", "new too"]);
  expect(await codeOf(world.call(alice, "SecretService/ResolveWorkload", { target: WORKSPACE }))).toBe("ok");
});
