import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeyholdError } from "../../common/errors.ts";
import { QUOTAS } from "../../controlplane/directory/quotas.ts";
import { World } from "../integration/api/world.ts";

const ORG = "organizations/acme";
const HOG = `${ORG}/users/hog`;

let world: World;
let hog: string;
let olga: string;
beforeAll(async () => {
  world = await World.start();
  ({ hog, olga } = await world.populate({ hog: "member", olga: "owner" }));
});
afterAll(() => world[Symbol.asyncDispose]());

const set = (token: string, name: string, limit: number) =>
  world.call(token, "OrganizationService/UpdateOrganization", {
    organization: { name: ORG, quotas: [{ name, limit }] },
  });
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (thrown: KeyholdError) => `${thrown.code}: ${thrown.message}; ${thrown.next}`,
  );
const env = (value: string) => ({ kind: "SECRET_KIND_ENV", value: Buffer.from(value) });
const secret = (secretId: string) =>
  world.call(hog, "SecretService/CreateSecret", { parent: HOG, secretId, secret: env("x") });

describe("a member who fills the disk", () => {
  it("stores more secrets than the quota: refused, and an owner can raise it", async () => {
    await set(olga, "secrets-per-scope", 3);
    for (const name of ["A1", "A2", "A3"]) await secret(name);
    const refused =
      "exhausted: user acme/users/hog would have 4 secrets, the limit is 3; delete some, or have an owner of the organization raise it: keyhold org update acme --quota secrets-per-scope=6";
    expect(await refusal(secret("A4"))).toBe(refused);
    const content = Buffer.from("A1=y\nA4=x\n");
    const request = { parent: HOG, content, overwrite: true };
    expect(await refusal(world.call(hog, "SecretService/ImportSecrets", request))).toBe(refused);
    // Deleted ones can be restored, so they count.
    await world.call(hog, "SecretService/DeleteSecret", { name: `${HOG}/secrets/A3` });
    expect(await refusal(secret("A4"))).toBe(refused);
    await set(olga, "secrets-per-scope", 4);
    expect(await refusal(secret("A4"))).toBe("ok");
    // What is there stays, and can be changed, when the quota is lowered.
    await set(olga, "secrets-per-scope", 1);
    const changed = { secret: { name: `${HOG}/secrets/A1`, value: Buffer.from("z") } };
    expect(await refusal(world.call(hog, "SecretService/UpdateSecret", changed))).toBe("ok");
  });

  it("writes versions without end: the oldest go", async () => {
    await set(olga, "versions-per-secret", 3);
    const name = `${HOG}/secrets/A1`;
    for (let index = 0; index < 6; index += 1) {
      const changed = { secret: { name, value: Buffer.from(`value ${index}`) } };
      await world.call(hog, "SecretService/UpdateSecret", changed);
    }
    const { versions } = await world.call<{ versions: { version: number }[] }>(
      hog,
      "SecretService/ListSecretVersions",
      { parent: name },
    );
    expect(versions.map(({ version }) => Number(version))).toHaveLength(3);
    const newest = Number(versions[0]?.version);
    expect(
      await refusal(world.call(hog, "SecretService/RollbackSecret", { name, version: newest - 1 })),
    ).toBe("ok");
    expect(await refusal(world.call(hog, "SecretService/RollbackSecret", { name, version: 1 }))).toMatch(
      /^not-found/,
    );
  });

  it("makes more workspaces or tokens than the quota", async () => {
    await set(olga, "workspaces-per-user", 1);
    const workspace = (workspaceId: string) =>
      world.call(hog, "WorkspaceService/CreateWorkspace", {
        parent: ORG,
        workspaceId,
        workspace: { owner: HOG },
      });
    await workspace("one");
    expect(await refusal(workspace("two"))).toMatch(
      /^exhausted: user acme\/users\/hog would have 2 workspaces, the limit is 1;/,
    );
    await set(olga, "tokens-per-principal", 2);
    const token = () => world.call(hog, "TokenService/CreateToken", { principal: HOG, token: {} });
    await token();
    expect(await refusal(token())).toMatch(
      /^exhausted: acme\/users\/hog would have 3 tokens .*, the limit is 2;/,
    );
  });
});

describe("an owner of an organization who fills the server", () => {
  it("raises what only the server's owner may raise", async () => {
    expect(await refusal(set(olga, "projects", 1_000_000))).toMatch(/^denied: /);
    await set(world.owner, "projects", 1);
    const made = world.call(olga, "ProjectService/CreateProject", { parent: ORG, projectId: "second" });
    expect(await refusal(made)).toMatch(
      /^exhausted: organization acme would have 2 projects, the limit is 1; .*an owner of the server raise it/,
    );
  });

  it("reads the quotas, and cannot invent one or set it to nothing", async () => {
    expect(await refusal(set(olga, "gold", 1))).toMatch(/^invalid: there is no quota "gold"/);
    expect(await refusal(set(olga, "versions-per-secret", 1))).toMatch(/^invalid: .* from 2 to /);
    expect(await refusal(set(olga, "secrets-per-scope", -1))).toMatch(/^invalid: /);
    await set(olga, "secrets-per-scope", 0);
    const { quotas } = await world.call<{ quotas: { name: string; limit: number; defaultLimit: number }[] }>(
      hog,
      "OrganizationService/GetOrganization",
      { name: ORG },
    );
    expect(quotas.map(({ name }) => name)).toEqual(Object.keys(QUOTAS));
    expect(quotas.find(({ name }) => name === "secrets-per-scope")).toMatchObject({
      limit: 10_000,
      defaultLimit: 10_000,
    });
    expect(quotas.find(({ name }) => name === "projects")).toMatchObject({ limit: 1, defaultLimit: 10_000 });
  });
});
