import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";

const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;
const name = (user: string) => `${ORG}/users/${user}`;

let world: World;
let people: Record<"olga" | "adam" | "alice", string>;

beforeAll(async () => {
  world = await World.start();
  people = await world.populate({ olga: "owner", adam: "admin", alice: "member" });
});
afterAll(() => world[Symbol.asyncDispose]());

const invite = (by: string, user: string, more: object = {}) =>
  world.call<{ secret: string; invitation: { name: string } }>(by, "UserService/InviteUser", {
    ...{ name: name(user), ...more },
  });
const works = (token: string) => codeOf(world.call(token, "TokenService/GetIdentity"));
const mint = (by: string, principal: string) =>
  world.call<{ secret: string }>(by, "TokenService/CreateToken", { principal });
const createUser = (userId: string) =>
  world.call(world.owner, "UserService/CreateUser", { parent: ORG, userId });

function setRole(principal: string, role: string): Promise<unknown> {
  const request = { parent: ORG, principal, role: `ORGANIZATION_ROLE_${role}` };
  return world.call(people.olga, "OrganizationService/AddOrganizationMember", request);
}

/** Signs in to the API as nobody, so that the limit on failed attempts does not count for the next test. */
const redeem = (invitation: string) => world.redeem(invitation);

describe("an admin who wants to act as a member", () => {
  test("makes a token in the member's name", async () => {
    const minted = mint(people.adam, name("alice"));
    await expect(minted).rejects.toMatchObject({
      code: "denied",
      next: "to let alice in: keyhold user invite acme/alice",
    });
    expect(await codeOf(mint(people.olga, name("alice")))).toBe("denied");
    expect(await codeOf(mint(world.owner, name("alice")))).toBe("denied");
  });

  test("invites a member who has signed in, without the member losing anything", async () => {
    await expect(invite(people.adam, "alice")).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringContaining("has signed in before"),
    });
  });

  test("revokes the member's tokens first, so that the invitation needs no reset", async () => {
    const bob = await world.addUser("bob", "member");
    const { tokens } = await world.call<{ tokens: { name: string }[] }>(bob, "TokenService/ListTokens");
    for (const token of tokens) {
      await world.call(people.adam, "TokenService/RevokeToken", { name: token.name });
    }
    expect(await codeOf(invite(people.adam, "bob"))).toBe("precondition");
  });

  test("resets a member's sign-in unseen", async () => {
    const carl = await world.addUser("carl", "member");
    const { secret } = await invite(people.adam, "carl", { reset: true });
    expect(await works(carl)).toBe("ok");
    const { secret: token } = await redeem(secret);
    expect(await works(carl)).toBe("unauthenticated");
    const events = await world.call<{ events: { action: string; principal: string; comment: string }[] }>(
      people.olga,
      "AuditService/ListAuditEvents",
      { parent: ORG, pageSize: 50 },
    );
    const acts = events.events.map(({ action, principal, comment }) => `${principal} ${action} ${comment}`);
    expect(acts).toContain(`${name("adam")} keyhold.v1.UserService/InviteUser users/carl, reset`);
    expect(acts).toContain(`${name("carl")} sign-in/invitation users/carl, reset`);
    const mine = await world.call<{ tokens: { displayName: string }[] }>(token, "TokenService/ListTokens");
    expect(mine.tokens.map(({ displayName }) => displayName)).toContain(
      "signed in with an invitation, after a reset",
    );
  });

  test("keeps an invitation for later: after the user has signed in it is worth nothing", async () => {
    await createUser("dora");
    const first = await invite(people.adam, "dora");
    const second = await invite(people.adam, "dora");
    await expect(redeem(first.secret)).rejects.toThrow(/revoked/);
    await redeem(second.secret);
    await expect(redeem(second.secret)).rejects.toThrow(/used already/);
  });

  test("redeems an invitation after losing the right to invite", async () => {
    await createUser("ed");
    const ann = await world.addUser("ann", "admin");
    const { secret } = await invite(ann, "ed");
    await setRole(name("ann"), "MEMBER");
    await expect(redeem(secret)).rejects.toThrow(/revoked|void/);
  });

  test("redeems an invitation that another admin has revoked", async () => {
    await createUser("finn");
    const { secret, invitation } = await invite(people.adam, "finn");
    await world.call(people.olga, "UserService/RevokeInvitation", { name: invitation.name });
    await expect(redeem(secret)).rejects.toThrow(/revoked/);
  });

  test("has invited somebody who is raised to owner before the invitation is redeemed", async () => {
    await createUser("gina");
    const { secret } = await invite(people.adam, "gina");
    await setRole(name("gina"), "OWNER");
    await expect(redeem(secret)).rejects.toThrow(/void/);
  });
});

describe("an admin who wants to be an owner", () => {
  test("keeps a token of a service account that an owner raises later", async () => {
    const parent = ORG;
    await world.call(people.adam, "UserService/CreateServiceAccount", { parent, serviceAccountId: "ci" });
    const ci = `${ORG}/serviceAccounts/ci`;
    const kept = await mint(people.adam, ci);
    const child = await mint(kept.secret, ci);
    await setRole(ci, "OWNER");
    expect([await works(kept.secret), await works(child.secret)]).toEqual([
      "unauthenticated",
      "unauthenticated",
    ]);
  });

  test("keeps a token of a service account that becomes maintainer of a project", async () => {
    const parent = ORG;
    await world.call(people.adam, "UserService/CreateServiceAccount", { parent, serviceAccountId: "cd" });
    const principal = `${ORG}/serviceAccounts/cd`;
    const kept = await mint(people.adam, principal);
    const give = (role: string) =>
      world.call(people.olga, "ProjectService/AddProjectMember", { parent: WEB, principal, role });
    await give("PROJECT_ROLE_MEMBER");
    const again = await mint(people.adam, principal);
    expect(await works(kept.secret)).toBe("unauthenticated");
    await give("PROJECT_ROLE_MAINTAINER");
    expect(await works(again.secret)).toBe("unauthenticated");
  });
});

test("somebody who finds an invitation uses it as a token, or a token as an invitation", async () => {
  await createUser("hal");
  const { secret } = await invite(people.adam, "hal");
  await expect(world.call(secret, "TokenService/GetIdentity")).rejects.toThrow(/invitation, not a token/);
  await expect(redeem(people.alice)).rejects.toThrow(/token, not an invitation/);
});

test("somebody reads an invitation out of the log, the database or a list", async () => {
  await createUser("iris");
  const { secret } = await invite(people.adam, "iris");
  const lists = await world.call(people.adam, "UserService/ListInvitations", { parent: ORG });
  expect(JSON.stringify(lists)).not.toContain(secret);
  expect(world.lines.join("")).not.toContain(secret);
});
