import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { codeOf, World } from "./world.ts";

let world: World;
let alice: string;
const ORG = "organizations/acme";
const ALICE = `${ORG}/users/alice`;

beforeAll(async () => {
  world = await World.start();
  ({ alice } = await world.populate({ alice: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

const asOwner = <T>(path: Parameters<World["call"]>[1], request: object) =>
  world.call<T>(world.owner, path, request);
const refusal = async (call: Promise<unknown>): Promise<KeyholdError> => {
  const thrown: unknown = await call.then(
    () => undefined,
    (refused: unknown) => refused,
  );
  expect(thrown).toBeInstanceOf(KeyholdError);
  return thrown as KeyholdError;
};
interface Secret {
  name: string;
  etag: string;
  version: number;
  path: string;
  mode: number;
  comment: string;
  value: Buffer;
  warnings: string[];
}

describe("lists", () => {
  it("come in pages that together hold everything once, by name", async () => {
    for (const id of ["p5", "p1", "p4", "p2", "p3"]) {
      await asOwner("ProjectService/CreateProject", { parent: ORG, projectId: id });
    }
    const seen: string[] = [];
    let pageToken = "";
    let pages = 0;
    do {
      const page = await asOwner<{ projects: { name: string }[]; nextPageToken: string }>(
        "ProjectService/ListProjects",
        { parent: ORG, pageSize: 2, pageToken },
      );
      expect(page.projects.length).toBeLessThanOrEqual(2);
      seen.push(...page.projects.map(({ name }) => name.split("/").at(-1)!));
      ({ nextPageToken: pageToken } = page);
      pages += 1;
    } while (pageToken !== "");
    expect([seen, pages]).toEqual([["p1", "p2", "p3", "p4", "p5", "web"], 3]);
  });

  it("refuse a page token of another list and a negative size", async () => {
    const { nextPageToken } = await asOwner<{ nextPageToken: string }>("ProjectService/ListProjects", {
      parent: ORG,
      pageSize: 1,
    });
    const foreign = { parent: ORG, pageToken: nextPageToken };
    expect((await refusal(asOwner("UserService/ListUsers", foreign))).code).toBe("invalid");
    const negative = { parent: ORG, pageSize: -1 };
    expect((await refusal(asOwner("ProjectService/ListProjects", negative))).code).toBe("invalid");
  });
});

describe("errors", () => {
  it("say what is wrong and what to do, with the code of AIP", async () => {
    const create = (organizationId: string) =>
      refusal(asOwner("OrganizationService/CreateOrganization", { organizationId }));
    const taken = await create("acme");
    expect(taken.code).toBe("exists");
    expect(taken.message).toContain("acme");
    const bad = await create("Not An Id");
    expect(bad.code).toBe("invalid");
    expect(bad.next).toContain("lower-case");
    expect((await create("")).message).toContain("organization_id is missing");
    const missing = await refusal(asOwner("ProjectService/GetProject", { name: `${ORG}/projects/none` }));
    expect(missing.code).toBe("not-found");
  });

  it("tell a mistyped, an unknown and no token apart", async () => {
    const typo = alice.slice(0, -1) + (alice.endsWith("A") ? "B" : "A");
    const ask = async (token?: string) =>
      (await refusal(world.call(token, "TokenService/GetIdentity"))).message;
    expect(await ask(typo)).toBe("the token has a typo");
    expect(await ask()).toBe("nobody is signed in");
    expect(await ask("hello")).toContain("not a Keyhold token");
  });

  it("say UNIMPLEMENTED for what another port serves, and which, but not to strangers", async () => {
    const path = "AgentService/Renew";
    const refused = await refusal(asOwner(path, {}));
    expect(`${refused.code} ${refused.message}`).toContain(`unimplemented keyhold.v1.${path}`);
    expect(refused.next).toContain("node port");
    expect((await refusal(world.call(undefined, path))).code).toBe("unauthenticated");
    expect((await refusal(world.call(undefined, "AuditService/ListAuditEvents"))).code).toBe(
      "unauthenticated",
    );
  });
});

describe("etags", () => {
  it("refuse a write of who has not seen the newest state", async () => {
    const parent = ALICE;
    const value = Buffer.from("1");
    const secret = { kind: "SECRET_KIND_ENV", value };
    const first = await world.call<Secret>(alice, "SecretService/CreateSecret", {
      parent,
      secretId: "ETAG",
      secret,
    });
    const name = `${parent}/secrets/ETAG`;
    const write = (etag: string, text: string) =>
      world.call<Secret>(alice, "SecretService/UpdateSecret", {
        secret: { name, etag, value: Buffer.from(text) },
      });
    const second = await write(first.etag, "2");
    expect(second.version).toBe(2);
    const refused = await refusal(write(first.etag, "3"));
    expect([refused.code, refused.retryable]).toEqual(["conflict", true]);
    const stale = { name, etag: first.etag };
    expect(await codeOf(world.call(alice, "SecretService/DeleteSecret", stale))).toBe("conflict");
    expect(await codeOf(write(second.etag, "3"))).toBe("ok");
  });
});

describe("secrets", () => {
  const parent = ALICE;
  const call = <T = Secret>(method: string, request: object) =>
    world.call<T>(alice, `SecretService/${method}`, request);

  it("change only the fields of the mask, and never show a value", async () => {
    const name = `${parent}/secrets/tls.crt`;
    const secret = {
      kind: "SECRET_KIND_FILE",
      value: Buffer.from([0, 1, 2]),
      path: "/etc/tls.crt",
      comment: "first",
    };
    const made = await call("CreateSecret", { parent, secretId: "tls.crt", secret });
    expect(made).toMatchObject({
      name,
      path: "/etc/tls.crt",
      mode: 0o400,
      version: 1,
      value: Buffer.alloc(0),
    });
    const change = { name, mode: 0o440, path: "/ignored" };
    const masked = await call("UpdateSecret", { secret: change, updateMask: { paths: ["mode"] } });
    expect(masked).toMatchObject({ path: "/etc/tls.crt", mode: 0o440 });
    const reset = await call("UpdateSecret", { secret: { name }, updateMask: { paths: ["path"] } });
    expect(reset.path).toBe("/run/secrets/tls.crt");
    const wrong = refusal(call("UpdateSecret", { secret: { name }, updateMask: { paths: ["kind"] } }));
    expect((await wrong).message).toContain('"kind"');
    const got = await call("GetSecret", { name });
    expect(got.value).toHaveLength(0);
    const { value } = await call<{ value: Buffer }>("AccessSecret", { name });
    expect([...value]).toEqual([0, 1, 2]);
  });

  it("keep their history, roll back, are deleted and restored", async () => {
    const name = `${parent}/secrets/ROLL`;
    const update = (text: string) =>
      call("UpdateSecret", {
        secret: { name, kind: "SECRET_KIND_ENV", value: Buffer.from(text), comment: text },
        allowMissing: true,
      });
    expect((await update("one")).version).toBe(1);
    expect((await update("two")).version).toBe(2);
    expect((await update("two")).version).toBe(2);
    expect((await call("RollbackSecret", { name, version: 1 })).version).toBe(3);
    const { versions } = await call<{ versions: { version: number; rollbackOf: number }[] }>(
      "ListSecretVersions",
      {
        parent: name,
      },
    );
    expect(versions.map(({ version, rollbackOf }) => [version, rollbackOf])).toEqual([
      [3, 1],
      [2, 0],
      [1, 0],
    ]);
    const { value } = await call<{ value: Buffer }>("AccessSecret", { name });
    expect(value.toString()).toBe("one");
    await call("DeleteSecret", { name });
    expect(await codeOf(call("GetSecret", { name }))).toBe("not-found");
    expect(await codeOf(call("AccessSecret", { name }))).toBe("not-found");
    expect((await call("UndeleteSecret", { name })).version).toBe(3);
    await call("DeleteSecret", { name, purge: true });
    expect(await codeOf(call("UndeleteSecret", { name }))).toBe("not-found");
  });

  it("are refused with the field and the limit, and without the value", async () => {
    const create = (secretId: string, secret: object) =>
      refusal(call("CreateSecret", { parent, secretId, secret }));
    const value = Buffer.from("hunter2-hunter2");
    expect((await create("PATH", { kind: "SECRET_KIND_ENV", value })).code).toBe("invalid");
    expect((await create("A", { value })).message).toContain("secret.kind is missing");
    const long = Buffer.alloc(200_000, "hunter2");
    const refused = await create("A", { kind: "SECRET_KIND_ENV", value: long });
    expect(refused.message).toMatch(/\d/);
    expect(refused.describe()).not.toContain("hunter2");
    expect(await codeOf(call("GetSecret", { name: `${parent}/secrets/A` }))).toBe("not-found");
  });
});

describe("tokens", () => {
  const tokenFor = (token: object) =>
    world.call<{ secret: string; token: { name: string; prefix: string } }>(
      alice,
      "TokenService/CreateToken",
      {
        principal: ALICE,
        token,
      },
    );
  const whoAmI = (token: string) => world.call(token, "TokenService/GetIdentity");

  it("stop working the moment they are revoked, and are listed without their secret part", async () => {
    const made = await tokenFor({ displayName: "laptop" });
    expect(await codeOf(whoAmI(made.secret))).toBe("ok");
    const { tokens } = await world.call<{ tokens: { name: string; displayName: string }[] }>(
      alice,
      "TokenService/ListTokens",
      { parent: ORG },
    );
    expect(tokens.map(({ displayName }) => displayName)).toContain("laptop");
    expect(JSON.stringify(tokens)).not.toContain(made.secret.slice(8));
    await world.call(alice, "TokenService/RevokeToken", { name: made.token.name });
    expect((await refusal(whoAmI(made.secret))).message).toBe("the token is revoked");
  });

  it("expire", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const past = { expireTime: { seconds: seconds - 5 } };
    expect((await refusal(tokenFor(past))).code).toBe("invalid");
    const brief = await tokenFor({ expireTime: { seconds, nanos: (Date.now() % 1000) * 1e6 + 400e6 } });
    expect(await codeOf(whoAmI(brief.secret))).toBe("ok");
    await expect.poll(() => codeOf(whoAmI(brief.secret)), { timeout: 3000 }).toBe("unauthenticated");
  });

  it("with scopes act there and nowhere else", async () => {
    const scopes = [`${ORG}/workspaces/ws-1`];
    expect((await refusal(tokenFor({ scopes }))).message).toContain("does not exist");
    await asOwner("WorkspaceService/CreateWorkspace", {
      parent: ORG,
      workspaceId: "ws-1",
      workspace: { owner: ALICE },
    });
    const { secret } = await tokenFor({ scopes });
    const resolve = { target: `${ORG}/workspaces/ws-1` };
    expect(await codeOf(world.call(secret, "SecretService/ResolveWorkload", resolve))).toBe("ok");
    const outside = refusal(world.call(secret, "SecretService/ListSecrets", { parent: ALICE }));
    expect((await outside).message).toContain("does not reach");
    const more = world.call(secret, "TokenService/CreateToken", { principal: ALICE });
    expect(await codeOf(more)).toBe("denied");
  });
});

describe("users", () => {
  it("that are deleted take their tokens with them", async () => {
    const token = await world.addUser("temp", "member");
    expect(await codeOf(world.call(token, "TokenService/GetIdentity"))).toBe("ok");
    await asOwner("UserService/DeleteUser", { name: `${ORG}/users/temp` });
    expect(await codeOf(world.call(token, "TokenService/GetIdentity"))).toBe("unauthenticated");
  });
});
