import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";

const ORG = "organizations/acme";
const ALICE = `${ORG}/users/alice`;
const CI = `${ORG}/serviceAccounts/ci`;

interface Made {
  readonly secret: string;
  readonly token: {
    readonly name: string;
    readonly parent: string;
    readonly scopes: readonly string[];
    readonly expireTime: { readonly seconds: number | string } | null;
  };
}

let world: World;
/** Tokens of members, made for each test by the people themselves. */
let people: Record<"alice" | "adam", string>;

beforeAll(async () => {
  world = await World.start();
  people = await world.populate({ alice: "member", adam: "admin" });
  await world.call(people.adam, "UserService/CreateServiceAccount", { parent: ORG, serviceAccountId: "ci" });
});
afterAll(() => world[Symbol.asyncDispose]());

function make(token: string, principal: string, limits: object = {}): Promise<Made> {
  return world.call<Made>(token, "TokenService/CreateToken", { principal, token: limits });
}

const inSeconds = (count: number) => ({ seconds: Math.floor(Date.now() / 1000) + count, nanos: 0 });
const works = (token: string) => codeOf(world.call(token, "TokenService/GetIdentity"));

async function revoke(by: string, { token }: Made): Promise<void> {
  await world.call(by, "TokenService/RevokeToken", { name: token.name });
}

/** Signs in to the console. @returns the cookie */
async function consoleSession(token: string): Promise<string> {
  const answer = await fetch(`http://${world.server.httpAddress}/auth/token`, {
    method: "POST",
    headers: pageHeaders(),
    body: JSON.stringify({ token }),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

function pageHeaders(): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-keyhold-console": "1",
    origin: `http://${world.server.httpAddress}`,
    "sec-fetch-site": "same-origin",
  };
}

async function statusWith(cookie: string): Promise<number> {
  const path = "/api/keyhold.v1.TokenService/GetIdentity";
  const headers = { ...pageHeaders(), cookie };
  const answer = await fetch(`http://${world.server.httpAddress}${path}`, {
    ...{ method: "POST", headers, body: "{}" },
  });
  return answer.status;
}

describe("somebody with a token that leaked", () => {
  test("makes a token that outlives the leaked one", async () => {
    const leaked = await make(people.alice, ALICE, { expireTime: inSeconds(60) });
    const child = await make(leaked.secret, ALICE);
    expect(child.token.expireTime?.seconds).toEqual(leaked.token.expireTime?.seconds);
    const longer = make(leaked.secret, ALICE, { expireTime: inSeconds(3600) });
    await expect(longer).rejects.toMatchObject({ code: "denied" });
  });

  test("goes on with a token made from the leaked one after that is revoked", async () => {
    const leaked = await make(people.alice, ALICE);
    const child = await make(leaked.secret, ALICE);
    const grandchild = await make(child.secret, ALICE);
    expect(grandchild.token.parent).toBe(child.token.name);
    await revoke(people.alice, leaked);
    expect([await works(child.secret), await works(grandchild.secret)]).toEqual([
      "unauthenticated",
      "unauthenticated",
    ]);
    expect(await works(people.alice)).toBe("ok");
  });

  test("goes on in the console, where the leaked token was exchanged for a cookie", async () => {
    const leaked = await make(people.alice, ALICE);
    const cookie = await consoleSession(leaked.secret);
    expect(await statusWith(cookie)).toBe(200);
    await revoke(people.alice, leaked);
    expect(await statusWith(cookie)).toBe(401);
  });

  test("takes the cookie of the console for a bearer token after the leaked one is revoked", async () => {
    const leaked = await make(people.alice, ALICE);
    const cookie = await consoleSession(leaked.secret);
    const bearer = cookie.split("=")[1] ?? "";
    const child = await make(bearer, ALICE);
    await revoke(people.alice, leaked);
    expect([await works(bearer), await works(child.secret)]).toEqual(["unauthenticated", "unauthenticated"]);
  });

  test("makes a service account's token that stays when the admin's leaked token is revoked", async () => {
    const leaked = await make(people.adam, `${ORG}/users/adam`);
    const minted = await make(leaked.secret, CI);
    const again = await make(minted.secret, CI);
    await revoke(people.adam, leaked);
    expect([await works(minted.secret), await works(again.secret)]).toEqual([
      "unauthenticated",
      "unauthenticated",
    ]);
  });
});

describe("somebody with a token that reaches little", () => {
  test("makes one without scopes, or with wider ones", async () => {
    const narrow = await make(people.adam, `${ORG}/users/adam`, { scopes: [ORG] });
    await world.call(world.owner, "OrganizationService/CreateOrganization", { organizationId: "other" });
    const child = await make(narrow.secret, CI);
    expect(child.token.scopes).toEqual([ORG]);
    const web = await make(people.adam, `${ORG}/users/adam`, { scopes: [`${ORG}/projects/web`] });
    expect(await codeOf(make(web.secret, CI))).toBe("denied");
    const asOwner = await make(world.owner, "users/owner", { scopes: [ORG] });
    expect(await codeOf(make(asOwner.secret, CI, { scopes: ["organizations/other"] }))).toBe("invalid");
  });

  test("asks whether a workspace exists by making a token for it", async () => {
    const mine = make(people.alice, ALICE, { scopes: [`${ORG}/workspaces/of-adam`] });
    const missing = (await mine.catch((thrown: Error) => thrown.message)) as string;
    const workspace = { owner: `${ORG}/users/adam` };
    await world.call(people.adam, "WorkspaceService/CreateWorkspace", {
      ...{ parent: ORG, workspaceId: "of-adam", workspace },
    });
    const existing = make(people.alice, ALICE, { scopes: [`${ORG}/workspaces/of-adam`] });
    await expect(existing).rejects.toMatchObject({ code: "not-found", message: missing });
  });
});

test("a user who is deleted goes on with tokens made by the user's console session", async () => {
  const bob = await world.addUser("bob", "member");
  const session = (await consoleSession(bob)).split("=")[1] ?? "";
  const child = await make(session, `${ORG}/users/bob`);
  await world.call(people.adam, "UserService/DeleteUser", { name: `${ORG}/users/bob` });
  expect([await works(session), await works(child.secret)]).toEqual(["unauthenticated", "unauthenticated"]);
});
