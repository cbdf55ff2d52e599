import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { World } from "../api/world.ts";

/* What the API says for the console's sake: who overrides a secret, warnings before a write. */

const ACME = "organizations/acme";
const WEB = `${ACME}/projects/web`;
const ALICE = `${ACME}/users/alice`;

let world: World;
let tokens: Record<"adam" | "alice" | "paul", string>;
beforeAll(async () => {
  world = await World.start();
  tokens = await world.populate({ adam: "admin", alice: "project-member", paul: "project-member" });
  const workspace = { owner: ALICE, project: WEB };
  await world.call(tokens.adam, "WorkspaceService/CreateWorkspace", {
    parent: ACME,
    workspaceId: "ws-1",
    workspace,
  });
  // Then she sees no names of the project's secrets.
  await world.dismiss("alice");
  await world.call(tokens.adam, "WorkspaceService/CreateWorkspace", {
    parent: ACME,
    workspaceId: "elsewhere",
    workspace: { owner: ALICE },
  });
  for (const [token, parent] of [
    [tokens.adam, ACME],
    [tokens.adam, WEB],
    [tokens.alice, ALICE],
    [tokens.alice, `${ACME}/workspaces/ws-1`],
    [tokens.alice, `${ACME}/workspaces/elsewhere`],
  ] as const) {
    await write(token, parent, "API_KEY");
  }
});
afterAll(() => world[Symbol.asyncDispose]());

function write(token: string, parent: string, secretId: string): Promise<object> {
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("x") };
  return world.call(token, "SecretService/CreateSecret", { parent, secretId, secret });
}
async function overriddenBy(token: string, parent: string): Promise<readonly string[]> {
  const request = { parent };
  const { secrets } = await world.call<{ secrets: { name: string; overriddenBy: string[] }[] }>(
    token,
    "SecretService/ListSecrets",
    request,
  );
  const listed = secrets.find(({ name }) => name === `${parent}/secrets/API_KEY`)?.overriddenBy ?? ["none"];
  const name = `${parent}/secrets/API_KEY`;
  const got = await world.call<{ overriddenBy: string[] }>(token, "SecretService/GetSecret", { name });
  expect(got.overriddenBy).toEqual(listed);
  return listed.map((scope) => scope.replace(`${ACME}/`, ""));
}

describe("who overrides a secret", () => {
  test("is said of every more specific scope that its reader may see, the most specific first", async () => {
    expect(await overriddenBy(tokens.alice, ACME)).toEqual([
      "workspaces/elsewhere",
      "workspaces/ws-1",
      "users/alice",
    ]);
  });

  test("leaves out what is private: an admin learns of no user's or workspace's names", async () => {
    expect(await overriddenBy(tokens.adam, ACME)).toEqual(["projects/web"]);
    expect(await overriddenBy(tokens.paul, ACME)).toEqual(["projects/web"]);
  });

  test("counts at a project only the workspaces that are in it", async () => {
    await world.call(tokens.adam, "ProjectService/AddProjectMember", {
      parent: WEB,
      principal: ALICE,
      role: "PROJECT_ROLE_MEMBER",
    });
    expect(await overriddenBy(tokens.alice, WEB)).toEqual(["workspaces/ws-1", "users/alice"]);
  });

  test("is nobody for a workspace's own, and for a name that is deleted there", async () => {
    expect(await overriddenBy(tokens.alice, `${ACME}/workspaces/ws-1`)).toEqual([]);
    await world.call(tokens.alice, "SecretService/DeleteSecret", {
      name: `${ACME}/workspaces/ws-1/secrets/API_KEY`,
    });
    expect(await overriddenBy(tokens.alice, ALICE)).toEqual(["workspaces/elsewhere"]);
  });
});

test("a preview has the warnings that the write would have", async () => {
  const preview = async (secretId: string) => {
    const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("x") };
    const { warnings } = await world.call<{ warnings: string[] }>(
      tokens.alice,
      "SecretService/PreviewSecretChange",
      { create: { parent: ALICE, secretId, secret } },
    );
    return warnings;
  };
  expect(await preview("password")).toEqual([expect.stringContaining("does not say what the secret is for")]);
  expect(await preview("STRIPE_API_KEY")).toEqual([]);
});

test("a workload without containers has none", async () => {
  const target = `${ACME}/workspaces/ws-1`;
  const { containers } = await world.call<{ containers: object[] }>(
    tokens.alice,
    "SecretService/ListWorkloadContainers",
    { target },
  );
  expect(containers).toEqual([]);
});
