import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { World } from "../api/world.ts";

const ACME = "organizations/acme";
const WEB = `${ACME}/projects/web`;
const WS = `${ACME}/workspaces/ws-1`;

let world: World;
let tokens: Record<"alice", string>;

beforeAll(async () => {
  world = await World.start();
  tokens = await world.populate({ alice: "project-maintainer" });
  await world.call(world.owner, "WorkspaceService/CreateWorkspace", {
    parent: ACME,
    workspaceId: "ws-1",
    workspace: { owner: `${ACME}/users/alice`, project: WEB },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

async function refusal(call: Promise<unknown>): Promise<KeyholdError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}

const create = (parent: string, secretId: string, secret: object, token = world.owner) =>
  world.call(token, "SecretService/CreateSecret", { parent, secretId, secret });
const remove = (name: string, purge = false, token = world.owner) =>
  world.call(token, "SecretService/DeleteSecret", { name, purge });
const undelete = (name: string) => world.call(world.owner, "SecretService/UndeleteSecret", { name });
const file = (path: string) => ({ kind: "SECRET_KIND_FILE", value: Buffer.from("x"), path });
const env = (size: number) => ({ kind: "SECRET_KIND_ENV", value: Buffer.alloc(size, "x") });
const registry = (host: string) => ({
  ...{ kind: "SECRET_KIND_REGISTRY", registry: host, username: "ci" },
  value: Buffer.from("password"),
});

describe("two files of one scope", () => {
  it("cannot have one path, under whatever spelling, nor lie one in the other; the error names the other secret", async () => {
    await create(WEB, "first.pem", file("/etc/app/tls"));
    for (const [path, where] of [
      ["/etc/app/tls", "is taken by"],
      ["/etc/app/tls/key", "is below"],
      ["/etc/app", "is a directory on the way to"],
    ] as const) {
      const refused = await refusal(create(WEB, "second.pem", file(path)));
      expect([refused.code, refused.message]).toEqual(["invalid", expect.stringContaining(where)]);
      expect(refused.message).toContain("the secret acme/projects/web/secrets/first.pem");
    }
    await create(WEB, "run.pem", file("/run/secrets/run"));
    const spelled = await refusal(create(WEB, "varrun.pem", file("/var/run/secrets/run")));
    expect(spelled.message).toContain("run.pem");
    await create(WEB, "second.pem", file("/etc/app/tls2"));
    const moved = { name: `${WEB}/secrets/second.pem`, path: "/etc/app/tls" };
    const request = { secret: moved, updateMask: { paths: ["path"] } };
    expect((await refusal(world.call(world.owner, "SecretService/UpdateSecret", request))).code).toBe(
      "invalid",
    );
  });

  it("can have one path at different levels", async () => {
    await create(ACME, "of-all.pem", file("/etc/app/tls"));
  });

  it("do not come back by restoring one whose path was taken in the meantime", async () => {
    await create(WEB, "old.pem", file("/etc/old"));
    await remove(`${WEB}/secrets/old.pem`);
    await create(WEB, "new.pem", file("/etc/old"));
    expect((await refusal(undelete(`${WEB}/secrets/old.pem`))).message).toContain("new.pem");
    await remove(`${WEB}/secrets/new.pem`);
    await undelete(`${WEB}/secrets/old.pem`);
  });
});

describe("two credentials of one scope", () => {
  it("cannot be for one registry, however it is written", async () => {
    await create(WEB, "HUB", registry("docker.io"));
    for (const host of ["index.docker.io", "https://index.docker.io/v1/", "DOCKER.IO"]) {
      const refused = await refusal(create(WEB, "HUB_AGAIN", registry(host)));
      expect([refused.code, refused.message]).toEqual(["invalid", expect.stringContaining("secrets/HUB")]);
    }
    await create(ACME, "HUB_OF_ALL", registry("docker.io"));
    await create(WEB, "OTHER", registry("ghcr.io"));
  });
});

describe("the variables of one workload", () => {
  const message = (kind: string, name: string) =>
    new RegExp(
      `^the variables of ${kind} ${name} would have 1\\d{6} bytes with their names, the limit is 1048576$`,
    );

  it("are counted over its levels, for every workload that the write reaches, and shadowed ones do not count", async () => {
    for (let i = 0; i < 5; i += 1) await create(ACME, `ORG_${i}`, env(110_000));
    for (let i = 0; i < 4; i += 1) await create(WS, `WS_${i}`, env(110_000), tokens.alice);
    // 990,000 bytes: another 100,000 are too many for the workspace, though not for its project.
    const refused = await refusal(create(ACME, "ORG_5", env(100_000)));
    expect(refused.code).toBe("invalid");
    expect(refused.message).toMatch(message("workspace", "acme/workspaces/ws-1"));
    await create(ACME, "ELSEWHERE", { ...env(100_000), only: [WEB] }).then(
      () => expect.unreachable("the workspace is in the project"),
      (thrown: KeyholdError) => expect(thrown.code).toBe("invalid"),
    );
    await create(WS, "ORG_0", env(110_000), tokens.alice);
  });

  it("are checked when a secret is restored, rolled back, or uncovers another", async () => {
    const name = `${WS}/secrets/SPARE`;
    await create(WS, "SPARE", env(50_000), tokens.alice);
    await remove(name, false, tokens.alice);
    await create(WS, "TAKEN", env(50_000), tokens.alice);
    const restored = world.call(tokens.alice, "SecretService/UndeleteSecret", { name });
    expect((await refusal(restored)).message).toMatch(message("workspace", "acme/workspaces/ws-1"));

    const taken = { name: `${WS}/secrets/TAKEN` };
    await world.call(tokens.alice, "SecretService/UpdateSecret", {
      secret: { ...taken, value: Buffer.from("x") },
    });
    await world.call(tokens.alice, "SecretService/UndeleteSecret", { name });
    const back = world.call(tokens.alice, "SecretService/RollbackSecret", { ...taken, version: 1 });
    expect((await refusal(back)).message).toMatch(message("workspace", "acme/workspaces/ws-1"));

    await create(ACME, "COVERED", { ...env(1), only: [WS] });
    await create(WS, "COVERED", env(1), tokens.alice);
    const larger = { name: `${ACME}/secrets/COVERED`, value: Buffer.alloc(60_000, "x") };
    await world.call(world.owner, "SecretService/UpdateSecret", { secret: larger });
    const uncovering = remove(`${WS}/secrets/COVERED`, true, tokens.alice);
    expect((await refusal(uncovering)).message).toMatch(message("workspace", "acme/workspaces/ws-1"));
  });

  it("are checked when a workspace is moved or made where it would have too many", async () => {
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ACME, projectId: "big" });
    const project = `${ACME}/projects/big`;
    await world.employ("alice", "member", "big");
    for (let i = 0; i < 4; i += 1) await create(project, `BIG_${i}`, env(100_000));
    const move = (to: string) =>
      world.call(world.owner, "WorkspaceService/UpdateWorkspace", {
        ...{ workspace: { name: WS, project: to }, updateMask: { paths: ["project"] } },
      });
    const moving = await refusal(move(project));
    expect(moving.code).toBe("invalid");
    expect(moving.message).toMatch(message("workspace", "acme/workspaces/ws-1"));
    const stayed = await world.call<{ project: string }>(world.owner, "WorkspaceService/GetWorkspace", {
      name: WS,
    });
    expect(stayed.project).toBe(WEB);

    const bob = await world.addUser("bob", "member");
    const owner = `${ACME}/users/bob`;
    await world.employ("bob", "member", "big");
    for (let i = 0; i < 3; i += 1) await create(owner, `BOB_${i}`, env(100_000), bob);
    const make = (workspace: object) =>
      world.call(world.owner, "WorkspaceService/CreateWorkspace", {
        parent: ACME,
        workspaceId: "ws-2",
        workspace,
      });
    const making = await refusal(make({ owner, project }));
    expect(making.message).toMatch(message("workspace", "acme/workspaces/ws-2"));
    await make({ owner });
  });

  it("do not come up from under a project that is deleted by force: the error names the workload", async () => {
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ACME, projectId: "cover" });
    const project = `${ACME}/projects/cover`;
    await world.employ("alice", "member", "cover");
    for (let i = 1; i < 5; i += 1) await create(project, `ORG_${i}`, env(10));
    const move = (to: string) =>
      world.call(world.owner, "WorkspaceService/UpdateWorkspace", {
        ...{ workspace: { name: WS, project: to }, updateMask: { paths: ["project"] } },
      });
    await move(project);
    for (let i = 0; i < 4; i += 1) await create(WS, `FILL_${i}`, env(100_000), tokens.alice);
    const deletion = () =>
      world.call(world.owner, "ProjectService/DeleteProject", { name: project, force: true });
    const refused = await refusal(deletion());
    expect([refused.code, refused.message]).toEqual([
      "invalid",
      expect.stringContaining("acme/workspaces/ws-1"),
    ]);
    for (let i = 0; i < 4; i += 1) await remove(`${WS}/secrets/FILL_${i}`, false, tokens.alice);
    await deletion();
    await move(WEB);
  });
});

describe("a list", () => {
  it("of a project or user that is not there is NOT_FOUND, not empty", async () => {
    for (const parent of [`${ACME}/projects/none`, "organizations/none"]) {
      const listed = world.call(world.owner, "SecretService/ListSecrets", { parent });
      expect((await refusal(listed)).code).toBe("not-found");
    }
  });
});
