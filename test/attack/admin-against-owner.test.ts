import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";

const ORG = "organizations/acme";
const name = (user: string) => `${ORG}/users/${user}`;

let world: World;
let people: Record<"olga" | "adam" | "anna", string>;

beforeAll(async () => {
  world = await World.start();
  people = await world.populate({ olga: "owner", adam: "admin", anna: "admin" });
  await world.call(people.olga, "UserService/CreateServiceAccount", {
    parent: ORG,
    serviceAccountId: "root",
  });
  await world.call(people.olga, "OrganizationService/AddOrganizationMember", {
    ...{ parent: ORG, principal: `${ORG}/serviceAccounts/root`, role: "ORGANIZATION_ROLE_OWNER" },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

/** A token of the person's that is to be revoked. @returns its name */
async function tokenOf(token: string, principal: string): Promise<string> {
  const made = await world.call<{ token: { name: string } }>(token, "TokenService/CreateToken", {
    principal,
  });
  return made.token.name;
}

const asAdam = (path: Parameters<World["call"]>[1], request: object) =>
  codeOf(world.call(people.adam, path, request));

describe.each(["olga", "anna"] as const)("an admin who wants to get rid of %s", (victim) => {
  test("revokes a token", async () => {
    const token = await tokenOf(people[victim], name(victim));
    const refused = world.call(people.adam, "TokenService/RevokeToken", { name: token });
    await expect(refused).rejects.toMatchObject({ code: "denied", next: "ask an owner of acme" });
    expect(await codeOf(world.call(people[victim], "TokenService/GetIdentity"))).toBe("ok");
  });

  test("deletes the user", async () => {
    expect(await asAdam("UserService/DeleteUser", { name: name(victim) })).toBe("denied");
  });

  test("takes the role away, or lowers it", async () => {
    const principal = name(victim);
    const member = { parent: ORG, principal, role: "ORGANIZATION_ROLE_MEMBER" };
    expect(await asAdam("OrganizationService/AddOrganizationMember", member)).toBe("denied");
    const gone = { parent: ORG, principal };
    expect(await asAdam("OrganizationService/RemoveOrganizationMember", gone)).toBe("denied");
  });

  test("invites the person anew, to sign in instead", async () => {
    expect(await asAdam("UserService/InviteUser", { name: name(victim), reset: true })).toBe("denied");
  });
});

describe("an admin who wants more", () => {
  test("makes a token of a service account that is an owner", async () => {
    const principal = `${ORG}/serviceAccounts/root`;
    expect(await asAdam("TokenService/CreateToken", { principal })).toBe("denied");
    expect(await asAdam("UserService/DeleteServiceAccount", { name: principal })).toBe("denied");
  });

  test("makes somebody else an admin", async () => {
    await world.addUser("bob", "member");
    const request = { parent: ORG, principal: name("bob"), role: "ORGANIZATION_ROLE_ADMIN" };
    expect(await asAdam("OrganizationService/AddOrganizationMember", request)).toBe("denied");
  });
});

test("an owner may do all of it, and admins may to members", async () => {
  const token = await tokenOf(people.anna, name("anna"));
  expect(await codeOf(world.call(people.olga, "TokenService/RevokeToken", { name: token }))).toBe("ok");
  const mia = await world.addUser("mia", "member");
  expect(await asAdam("TokenService/RevokeToken", { name: await tokenOf(mia, name("mia")) })).toBe("ok");
  expect(await asAdam("UserService/DeleteUser", { name: name("mia") })).toBe("ok");
  expect(await codeOf(world.call(people.olga, "UserService/DeleteUser", { name: name("anna") }))).toBe("ok");
});
