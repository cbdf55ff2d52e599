import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeyholdError } from "../../common/errors.ts";
import { MAX_WORKLOAD_BYTES } from "../../common/workload/limits.ts";
import { World } from "../integration/api/world.ts";

const MIB = 1024 * 1024;
const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;
const HOG = `${ORG}/users/hog`;
const HOG_WS = `${ORG}/workspaces/hog-ws`;

let world: World;
let hog: string;
let alice: string;
beforeAll(async () => {
  world = await World.start();
  ({ hog, alice } = await world.populate({ hog: "project-maintainer", alice: "project-maintainer" }));
  await workspace("hog-ws", HOG, hog);
});
afterAll(() => world[Symbol.asyncDispose]());

const workspace = (workspaceId: string, owner: string, token: string, project?: string) =>
  world.call(token, "WorkspaceService/CreateWorkspace", {
    ...{ parent: ORG, workspaceId },
    workspace: { owner, ...(project === undefined ? {} : { project }) },
  });
const file = (size: number, more: object = {}) => ({
  kind: "SECRET_KIND_FILE",
  value: Buffer.alloc(size, 7),
  ...more,
});
const create = (token: string, parent: string, secretId: string, secret: object) =>
  world.call(token, "SecretService/CreateSecret", { parent, secretId, secret });
const update = (token: string, secret: object, paths: string[]) =>
  world.call(token, "SecretService/UpdateSecret", { secret, updateMask: { paths } });
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (thrown: KeyholdError) => `${thrown.code}: ${thrown.message}`,
  );
const tooLarge = (target: string, size: number) =>
  `exhausted: the values of workspace acme/workspaces/${target} would have ${size} bytes in all, the limit is ${MAX_WORKLOAD_BYTES}`;

describe("a member who makes a workload larger than the server's memory", () => {
  it("writes files without end: the one that is too much is refused, naming the workload", async () => {
    for (let index = 0; index < 16; index += 1) await create(hog, HOG, `F${index}.bin`, file(MIB));
    expect(await refusal(create(hog, HOG, "F16.bin", file(1)))).toBe(
      tooLarge("hog-ws", MAX_WORKLOAD_BYTES + 1),
    );
    // What is in no workload has no size there.
    expect(await refusal(create(hog, HOG, "opaque", { ...file(MIB), kind: "SECRET_KIND_OPAQUE" }))).toBe(
      "ok",
    );
  });

  it("gets there by a new version, a rollback or by restoring what was deleted", async () => {
    await update(hog, { name: `${HOG}/secrets/F0.bin`, value: Buffer.alloc(1, 1) }, ["value"]);
    expect(await refusal(create(hog, HOG, "more.bin", file(MIB - 1)))).toBe("ok");
    const grown = { name: `${HOG}/secrets/F0.bin`, value: Buffer.alloc(2, 1) };
    expect(await refusal(update(hog, grown, ["value"]))).toBe(tooLarge("hog-ws", MAX_WORKLOAD_BYTES + 1));
    const back = { name: `${HOG}/secrets/F0.bin`, version: 1 };
    expect(await refusal(world.call(hog, "SecretService/RollbackSecret", back))).toBe(
      tooLarge("hog-ws", MAX_WORKLOAD_BYTES - 1 + MIB),
    );
    await world.call(hog, "SecretService/DeleteSecret", { name: `${HOG}/secrets/F1.bin` });
    await create(hog, HOG, "instead.bin", file(MIB));
    const deleted = { name: `${HOG}/secrets/F1.bin` };
    expect(await refusal(world.call(hog, "SecretService/UndeleteSecret", deleted))).toBe(
      tooLarge("hog-ws", MAX_WORKLOAD_BYTES + MIB),
    );
  });

  it("gets there by an import of variables", async () => {
    const content = Buffer.from("NEW_VARIABLE=1\n");
    expect(await refusal(world.call(hog, "SecretService/ImportSecrets", { parent: HOG, content }))).toBe(
      tooLarge("hog-ws", MAX_WORKLOAD_BYTES + 1),
    );
  });

  it("gets there by a workspace in a project that has many of its own", async () => {
    await create(world.owner, WEB, "P0.bin", file(MIB));
    const made = workspace("hog-web", HOG, world.owner, WEB);
    expect(await refusal(made)).toBe(tooLarge("hog-web", MAX_WORKLOAD_BYTES + MIB));
    const moved = { workspace: { name: HOG_WS, project: WEB }, updateMask: { paths: ["project"] } };
    expect(await refusal(world.call(world.owner, "WorkspaceService/UpdateWorkspace", moved))).toBe(
      tooLarge("hog-ws", MAX_WORKLOAD_BYTES + MIB),
    );
  });

  it("resolves it forty times at once: nobody is answered without room for the values", async () => {
    const calls = Array.from({ length: 40 }, () =>
      refusal(world.call(hog, "SecretService/ResolveWorkload", { target: HOG_WS })),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer === "ok").length).toBeGreaterThan(0);
    expect(
      answers.filter((answer) => answer !== "ok" && !/^exhausted: no room for \d+ bytes/.test(answer)),
    ).toEqual([]);
  });
});

describe("an admin who uncovers larger values", () => {
  it("limits a secret to fewer workloads and back, or removes a project over them: refused, naming the workload", async () => {
    const small = `${ORG}/projects/small`;
    await world.call(world.owner, "ProjectService/CreateProject", { parent: ORG, projectId: "small" });
    await world.call(world.owner, "ProjectService/AddProjectMember", {
      parent: small,
      principal: `${ORG}/users/alice`,
      role: "PROJECT_ROLE_MAINTAINER",
    });
    await workspace("alice-ws", `${ORG}/users/alice`, world.owner, small);
    for (let index = 0; index < 15; index += 1)
      await create(alice, `${ORG}/users/alice`, `A${index}.bin`, file(MIB));
    await create(alice, small, "cover.bin", file(1));
    for (const index of [2, 3, 4])
      await world.call(hog, "SecretService/DeleteSecret", { name: `${HOG}/secrets/F${index}.bin` });
    // What alice's workspace gets of it is the project's byte.
    await create(world.owner, ORG, "cover.bin", file(MIB));
    await create(world.owner, ORG, "other.bin", file(MIB - 1));
    const over = tooLarge("alice-ws", MAX_WORKLOAD_BYTES + 1);
    expect(await refusal(create(world.owner, ORG, "over.bin", file(1, { only: [small] })))).toBe(over);
    await create(world.owner, ORG, "web-only.bin", file(1, { only: [WEB] }));
    const widened = { name: `${ORG}/secrets/web-only.bin`, only: [WEB, small] };
    expect(await refusal(update(world.owner, widened, ["only"]))).toBe(over);
    const deletion = { name: small, force: true };
    expect(await refusal(world.call(world.owner, "ProjectService/DeleteProject", deletion))).toBe(
      tooLarge("alice-ws", MAX_WORKLOAD_BYTES - 1 + MIB),
    );
  });
});
