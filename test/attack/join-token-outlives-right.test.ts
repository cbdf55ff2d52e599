import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";
import { TestAgent } from "../integration/nodes/world.ts";

const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;

interface Made {
  readonly joinToken: string;
  readonly token: { readonly name: string; readonly uses: number; readonly maxUses: number };
}

let world: World;
const agents: TestAgent[] = [];

beforeAll(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
});
afterAll(async () => {
  for (const agent of agents) await agent.remove();
  await world[Symbol.asyncDispose]();
});

function make(by: string, request: object = {}): Promise<Made> {
  return world.call<Made>(by, "NodeService/CreateJoinToken", { parent: ORG, projects: [WEB], ...request });
}

/** What a fresh host is answered that tries to join. */
async function join({ joinToken }: Made): Promise<string> {
  const agent = await TestAgent.onFreshHost();
  agents.push(agent);
  return agent.identify(world, joinToken).then(
    () => "joined",
    (thrown: Error) => thrown.message,
  );
}

const setRole = (user: string, role: string) =>
  world.call(world.owner, "OrganizationService/AddOrganizationMember", {
    ...{ parent: ORG, principal: `${ORG}/users/${user}`, role: `ORGANIZATION_ROLE_${role}` },
  });

describe("somebody who was an admin and has kept a join token", () => {
  test("enrolls a node after the account is deleted", async () => {
    const eve = await world.addUser("eve", "admin");
    const kept = await make(eve, { ttl: { seconds: 86_400 } });
    await setRole("eve", "MEMBER");
    await world.call(world.owner, "UserService/DeleteUser", { name: `${ORG}/users/eve` });
    expect(await join(kept)).toMatch(/revoked|void/);
  });

  test("enrolls a node after the role of admin is taken away", async () => {
    const kept = await make(await world.addUser("edna", "admin"));
    await setRole("edna", "MEMBER");
    expect(await join(kept)).toMatch(/revoked|void/);
    const removed = await make(await world.addUser("ernie", "admin"));
    const request = { parent: ORG, principal: `${ORG}/users/ernie` };
    await world.call(world.owner, "OrganizationService/RemoveOrganizationMember", request);
    expect(await join(removed)).toMatch(/revoked|void/);
  });

  test("enrolls a node with a join token made with an API token that leaked and was revoked", async () => {
    const adam = await world.addUser("adam", "admin");
    const leaked = await world.call<{ secret: string; token: { name: string } }>(
      adam,
      "TokenService/CreateToken",
      { principal: `${ORG}/users/adam` },
    );
    const kept = await make(leaked.secret);
    await world.call(adam, "TokenService/RevokeToken", { name: leaked.token.name });
    expect(await join(kept)).toContain("revoked");
  });

  test("enrolls a node for a project that was deleted and made anew", async () => {
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ORG, projectId: "old" });
    const kept = await make(world.owner, { projects: [`${ORG}/projects/old`] });
    await world.call(world.owner, "ProjectService/DeleteProject", { name: `${ORG}/projects/old` });
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ORG, projectId: "old" });
    expect(await join(kept)).toContain("revoked");
  });
});

describe("somebody who has found a join token", () => {
  test("uses it although an admin has seen it in the list and revoked it", async () => {
    const lost = await make(world.owner);
    const listed = await world.call<{ joinTokens: { name: string }[] }>(
      world.owner,
      "NodeService/ListJoinTokens",
      { parent: ORG },
    );
    expect(listed.joinTokens.map(({ name }) => name)).toContain(lost.token.name);
    expect(JSON.stringify(listed)).not.toContain(lost.joinToken);
    await world.call(world.owner, "NodeService/RevokeJoinToken", { name: lost.token.name });
    expect(await join(lost)).toContain("revoked");
  });

  test("uses it more often than it was made for", async () => {
    const twice = await make(world.owner, { uses: 2 });
    expect([await join(twice), await join(twice), await join(twice)]).toEqual([
      "joined",
      "joined",
      expect.stringContaining("works 2 times"),
    ]);
  });

  test("asks for one without a bound", async () => {
    expect(await codeOf(make(world.owner, { uses: 101 }))).toBe("invalid");
    expect(await codeOf(make(world.owner, { uses: -1 }))).toBe("invalid");
    expect(await codeOf(make(world.owner, { uses: 2, nodeId: "build-1" }))).toBe("invalid");
  });
});
