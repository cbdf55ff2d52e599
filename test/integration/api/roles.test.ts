import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, World } from "./world.ts";

const PEOPLE = {
  olga: "owner",
  adam: "admin",
  max: "project-maintainer",
  mia: "project-member",
  alice: "member",
} as const;
type Person = keyof typeof PEOPLE | "stranger" | "nobody" | "server";

let world: World;
let tokens: Record<Person, string | undefined>;

const ORG = "organizations/acme";
const SCOPES = [ORG, `${ORG}/projects/web`, `${ORG}/users/alice`, `${ORG}/workspaces/ws-1`] as const;

beforeAll(async () => {
  world = await World.start();
  const made = await world.populate(PEOPLE);
  await world.call(world.owner, "OrganizationService/CreateOrganization", { organizationId: "other" });
  await world.call(world.owner, "UserService/CreateUser", { parent: "organizations/other", userId: "sam" });
  const stranger = await world.letIn("organizations/other/users/sam");
  tokens = { ...made, stranger, nobody: undefined, server: world.owner };
  // Alice is in the project only while her workspace is put there.
  await world.employ("alice");
  await world.call(tokens.adam, "WorkspaceService/CreateWorkspace", {
    parent: ORG,
    workspaceId: "ws-1",
    workspace: { owner: `${ORG}/users/alice`, project: `${ORG}/projects/web` },
  });
  await world.dismiss("alice");
  const writers = [tokens.adam, tokens.max, tokens.alice, tokens.alice];
  for (const [index, parent] of SCOPES.entries()) {
    await world.call(writers[index], "SecretService/CreateSecret", {
      parent,
      secretId: "API_KEY",
      secret: { kind: "SECRET_KIND_ENV", value: Buffer.from(`value of ${parent}`) },
    });
  }
});
afterAll(() => world[Symbol.asyncDispose]());

/** What each person is answered, in the order named. */
async function answers(people: readonly Person[], path: Parameters<World["call"]>[1], request: object) {
  const found: Partial<Record<Person, string>> = {};
  for (const person of people) found[person] = await codeOf(world.call(tokens[person], path, request));
  return found;
}

const ALL: readonly Person[] = ["server", "olga", "adam", "max", "mia", "alice", "stranger", "nobody"];
const as = (codes: string) => {
  const names = { y: "ok", d: "denied", n: "not-found", u: "unauthenticated" } as const;
  return Object.fromEntries(ALL.map((person, index) => [person, names[codes[index] as keyof typeof names]]));
};

describe("who may list names", () => {
  it.each([
    [SCOPES[0], "yyyyyynu"],
    [SCOPES[1], "yyyyydnu"],
    [SCOPES[2], "dddddynu"],
    [SCOPES[3], "dddnnynu"],
  ])("of %s", async (parent, codes) => {
    expect(await answers(ALL, "SecretService/ListSecrets", { parent })).toEqual(as(codes));
    const name = `${parent}/secrets/API_KEY`;
    expect(await answers(ALL, "SecretService/GetSecret", { name })).toEqual(as(codes));
  });
});

describe("who may read values", () => {
  it.each([
    [SCOPES[0], "yyydddnu"],
    [SCOPES[1], "yyyyddnu"],
    [SCOPES[2], "dddddynu"],
    [SCOPES[3], "dddnnynu"],
  ])("of %s", async (parent, codes) => {
    const name = `${parent}/secrets/API_KEY`;
    expect(await answers(ALL, "SecretService/AccessSecret", { name })).toEqual(as(codes));
  });

  it("is answered the same whether the secret exists or not, to those who may not", async () => {
    const there = { name: `${SCOPES[3]}/secrets/API_KEY` };
    const missing = { name: `${ORG}/workspaces/none/secrets/API_KEY` };
    for (const person of ["mia", "stranger"] as const) {
      const messages = await Promise.all(
        [there, missing].map((request) =>
          world
            .call(tokens[person], "SecretService/AccessSecret", request)
            .catch((thrown: Error) => thrown.message.replace(/ws-1|none/, "X")),
        ),
      );
      expect(messages[0]).toBe(messages[1]);
    }
  });

  it("gives the bytes that were written", async () => {
    const name = `${SCOPES[2]}/secrets/API_KEY`;
    const found = await world.call<{ value: Buffer; version: number }>(
      tokens.alice,
      "SecretService/AccessSecret",
      { name },
    );
    expect([found.value.toString(), found.version]).toEqual([`value of ${SCOPES[2]}`, 1]);
  });
});

describe("who may write", () => {
  it.each([
    [SCOPES[0], "yyydddnu"],
    [SCOPES[1], "yyyyddnu"],
    [SCOPES[2], "dddddynu"],
    [SCOPES[3], "dddnnynu"],
  ])("to %s", async (parent, codes) => {
    const secret = { name: `${parent}/secrets/API_KEY`, comment: "tried" };
    expect(await answers(ALL, "SecretService/UpdateSecret", { secret })).toEqual(as(codes));
  });

  it("nothing of what was refused: alice's secrets are still her own", async () => {
    const page = await world.call<{ secrets: { creator: string; updater: string }[] }>(
      tokens.alice,
      "SecretService/ListSecrets",
      { parent: SCOPES[2] },
    );
    expect(page.secrets.map(({ creator, updater }) => [creator, updater])).toEqual([
      [`${ORG}/users/alice`, `${ORG}/users/alice`],
    ]);
  });
});

describe("what a workload gets", () => {
  it("is resolved for the workspace's owner only, and for a project's maintainers", async () => {
    const workspace = { target: SCOPES[3] };
    expect(await answers(ALL, "SecretService/ResolveWorkload", workspace)).toEqual(as("dddnnynu"));
    const project = { target: SCOPES[1] };
    expect(await answers(ALL, "SecretService/ResolveWorkload", project)).toEqual(as("yyyyddnu"));
    const { bundle } = await world.call<{ bundle: { secrets: { secret: string; value: Buffer }[] } }>(
      tokens.alice,
      "SecretService/ResolveWorkload",
      workspace,
    );
    expect(bundle.secrets.map(({ secret, value }) => [secret, value.toString()])).toEqual([
      [`${SCOPES[3]}/secrets/API_KEY`, `value of ${SCOPES[3]}`],
    ]);
  });

  it("is explained to its owner in full, and to an admin without what is private", async () => {
    type Explained = { entries: { candidates: { secret: string; reason: string }[] }[] };
    const explain = async (token: string | undefined) => {
      const explained = await world.call<Explained>(token, "SecretService/ExplainWorkload", {
        target: SCOPES[3],
      });
      return explained.entries.flatMap((entry) => entry.candidates);
    };
    const secrets = async (token: string | undefined) => (await explain(token)).map(({ secret }) => secret);
    const all = [...SCOPES].reverse().map((scope) => `${scope}/secrets/API_KEY`);
    await world.employ("alice");
    expect((await secrets(tokens.alice)).toSorted()).toEqual(all.toSorted());
    expect((await secrets(tokens.adam)).toSorted()).toEqual(
      [`${ORG}/projects/web/secrets/API_KEY`, `${ORG}/secrets/API_KEY`].toSorted(),
    );
    const reasons = async (token: string | undefined) => (await explain(token)).map(({ reason }) => reason);
    expect(await reasons(tokens.alice)).toContainEqual(
      "Shadowed by version 1 at acme/workspaces/ws-1, which is more specific.",
    );
    for (const reason of await reasons(tokens.adam)) {
      expect(reason).toBe("Something more specific wins, which is not visible to you.");
    }
    await world.dismiss("alice");
  });
});

describe("who may manage", () => {
  it("organizations: only the server's owner makes them, strangers do not see them", async () => {
    const request = { organizationId: "acme" };
    const made = await answers(ALL, "OrganizationService/CreateOrganization", request);
    expect(made).toEqual({ ...as("ydddddd" + "u"), server: "exists" });
    expect(await answers(ALL, "OrganizationService/GetOrganization", { name: ORG })).toEqual(as("yyyyyynu"));
    const list = await world.call<{ organizations: { name: string }[] }>(
      tokens.stranger,
      "OrganizationService/ListOrganizations",
    );
    expect(list.organizations.map(({ name }) => name)).toEqual(["organizations/other"]);
  });

  it("members: admins cannot make or unmake admins and owners", async () => {
    const add = (token: Person, who: string, role: string) =>
      codeOf(
        world.call(tokens[token], "OrganizationService/AddOrganizationMember", {
          parent: ORG,
          principal: `${ORG}/users/${who}`,
          role: `ORGANIZATION_ROLE_${role}`,
        }),
      );
    expect(await add("adam", "alice", "MEMBER")).toBe("ok");
    expect(await add("adam", "alice", "ADMIN")).toBe("denied");
    expect(await add("adam", "adam", "OWNER")).toBe("denied");
    expect(await add("adam", "olga", "MEMBER")).toBe("denied");
    expect(await add("olga", "alice", "ADMIN")).toBe("ok");
    expect(await add("olga", "alice", "MEMBER")).toBe("ok");
    const name = `${ORG}/users/olga`;
    expect(await codeOf(world.call(tokens.adam, "UserService/DeleteUser", { name }))).toBe("denied");
  });

  it("workspaces: a member for itself, admins for anyone", async () => {
    const create = (token: Person, owner: string, workspaceId: string) =>
      codeOf(
        world.call(tokens[token], "WorkspaceService/CreateWorkspace", {
          parent: ORG,
          workspaceId,
          workspace: { owner: `${ORG}/users/${owner}` },
        }),
      );
    expect(await create("mia", "mia", "ws-mia")).toBe("ok");
    expect(await create("mia", "alice", "ws-x")).toBe("denied");
    expect(await create("stranger", "alice", "ws-x")).toBe("not-found");
    expect(await create("adam", "ghost", "ws-x")).toBe("precondition");
    const mine = await world.call<{ workspaces: { name: string }[] }>(
      tokens.mia,
      "WorkspaceService/ListWorkspaces",
      {
        parent: ORG,
      },
    );
    expect(mine.workspaces.map(({ name }) => name)).toEqual([`${ORG}/workspaces/ws-mia`]);
    const name = `${ORG}/workspaces/ws-mia`;
    const rename = { workspace: { name, displayName: "Mia's" } };
    const move = { workspace: { name, project: `${ORG}/projects/web` } };
    expect(await codeOf(world.call(tokens.mia, "WorkspaceService/UpdateWorkspace", rename))).toBe("ok");
    expect(await codeOf(world.call(tokens.mia, "WorkspaceService/UpdateWorkspace", move))).toBe("ok");
  });

  it("nodes: admins", async () => {
    expect(await answers(ALL, "NodeService/ListNodes", { parent: ORG })).toEqual(as("yyydddnu"));
    expect(await answers(ALL, "NodeService/CreateJoinToken", { parent: ORG })).toEqual(as("yyydddnu"));
  });

  it("tokens: a user for itself, nobody else for a user, the server's owner for the server", async () => {
    const create = (token: Person, who: string) =>
      codeOf(world.call(tokens[token], "TokenService/CreateToken", { principal: `${ORG}/users/${who}` }));
    expect(await create("alice", "alice")).toBe("ok");
    expect(await create("alice", "mia")).toBe("denied");
    expect(await create("adam", "mia")).toBe("denied");
    expect(await create("server", "olga")).toBe("denied");
    expect(await create("stranger", "alice")).toBe("not-found");
    const server = { principal: "users/owner" };
    expect(await codeOf(world.call(tokens.olga, "TokenService/CreateToken", server))).toBe("denied");
    expect(await codeOf(world.call(tokens.server, "TokenService/CreateToken", server))).toBe("ok");
  });
});

describe("the log", () => {
  it("has one line for each call with who, what and the result, and never a value or a token", async () => {
    const lines = world.lines.join("");
    expect(lines).toContain('"method":"keyhold.v1.SecretService/AccessSecret"');
    expect(lines).toContain(`"principal":"${ORG}/users/alice"`);
    expect(lines).toContain('"code":"PERMISSION_DENIED"');
    expect(lines).not.toContain("value of");
    for (const token of Object.values(tokens)) if (token !== undefined) expect(lines).not.toContain(token);
  });
});
