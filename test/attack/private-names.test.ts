import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exportedRow } from "../../cli/commands/audit/audit-rows.ts";
import { codeOf, World } from "../integration/api/world.ts";
import { type Event, enrolNode, events, exported, ORG, openStream } from "../integration/audit/world.ts";
import { keyhold } from "../integration/cli/process.ts";
import { container } from "../support/reports.ts";

const OWN = "ALICES_PRIVATE_NAME";
const IN_WORKSPACE = "WORKSPACE_PRIVATE_NAME";
const COMMENT = "because of the leak at Initech";
const USER = `${ORG}/users/alice`;
const WORKSPACE = `${ORG}/workspaces/ws-1`;

let world: World;
let adam: string;
let alice: string;
let mallory: string;
let files: string;

beforeAll(async () => {
  world = await World.start();
  ({ adam, alice, mallory } = await world.populate({ adam: "admin", alice: "member", mallory: "member" }));
  files = await mkdtemp(join(tmpdir(), "keyhold-private-"));
  await world.call(alice, "WorkspaceService/CreateWorkspace", {
    parent: ORG,
    workspaceId: "ws-1",
    workspace: { owner: USER },
  });
  await write(alice, USER, OWN);
  await write(alice, WORKSPACE, IN_WORKSPACE);
  await world.call(alice, "SecretService/AccessSecret", { name: `${USER}/secrets/${OWN}` });
  await world.call(alice, "SecretService/ResolveWorkload", { target: WORKSPACE });
  await place();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(files, { recursive: true, force: true });
});

function write(token: string, parent: string, secretId: string) {
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("x"), comment: COMMENT };
  return world.call(token, "SecretService/CreateSecret", { parent, secretId, secret });
}

/** A node is handed what the workspace gets. */
async function place(): Promise<void> {
  const identity = await enrolNode(world, "build-1");
  await world.call(adam, "WorkspaceService/UpdateWorkspace", {
    workspace: { name: WORKSPACE, node: `${ORG}/nodes/build-1` },
    updateMask: { paths: ["node"] },
  });
  const stream = openStream(world, identity, [WORKSPACE]);
  await stream.next();
  const delivered = [`${USER}/secrets/${OWN}`, `${WORKSPACE}/secrets/${IN_WORKSPACE}`];
  stream.report([
    container("c1", {
      target: WORKSPACE,
      containerName: "app",
      delivered: delivered.map((secret) => ({ secret, version: 1, fingerprint: "" })),
      problem: `its variable URL needs ${OWN}, a file; see /run/secrets/${IN_WORKSPACE}`,
    }),
  ]);
  await vi.waitFor(async () => expect(await containersFor(alice)).toHaveLength(1), 10_000);
  stream.close();
}

async function containersFor(token: string) {
  const { containers } = await world.call<{ containers: { problem: string; delivered: object[] }[] }>(
    token,
    "SecretService/ListWorkloadContainers",
    { target: WORKSPACE },
  );
  return containers;
}

const textOf = (rows: readonly Event[]) => JSON.stringify(rows);
const linesOf = (rows: readonly Event[]) => rows.map((row) => JSON.stringify(exportedRow(row))).join("\n");

async function verified(name: string, text: string) {
  const file = join(files, name);
  await writeFile(file, text);
  return keyhold(["audit", "verify", "--from-file", file]);
}

describe("an admin reads the names of others' secrets", () => {
  test.each(["adam", "the server's owner"])("%s, in the audit log and its export", async (who) => {
    const token = who === "adam" ? adam : world.owner;
    for (const rows of [await events(world, {}, token), await exported(world, token)]) {
      for (const hidden of [OWN, IN_WORKSPACE, COMMENT]) expect(textOf(rows)).not.toContain(hidden);
      expect(textOf(rows)).toContain(`${USER}/secrets/(private)`);
      expect(textOf(rows)).toContain(`${WORKSPACE}/secrets/(private)@1`);
    }
  });

  test("by asking the audit log about a name that he guesses", async () => {
    const about = (id: string) => events(world, { resource: `${USER}/secrets/${id}` }, adam);
    expect(await about(OWN)).toEqual([]);
    expect(await about("NO_SUCH_NAME")).toEqual([]);
  });

  test("by trying names against the hashes of an export", async () => {
    const rows = (await exported(world, adam)).filter((row) => textOf([row]).includes("(private)"));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect([row.salt.length, row.commitment.length]).toEqual([0, 32]);
  });

  test("by asking what runs in the workspace, and what is wrong with it", async () => {
    const [seen] = await containersFor(adam);
    expect(seen).toMatchObject({
      containerName: "app",
      delivered: [],
      problem: "its variable URL needs (private), a file; see /run/secrets/(private)",
    });
    const [own] = await containersFor(alice);
    expect(own?.problem).toContain(OWN);
    expect(own?.delivered).toHaveLength(2);
  });

  test("by trying what a write of his would do there", async () => {
    const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("x") };
    const created = { parent: ORG, secretId: "ANOTHER", secret };
    const preview = await world.call(adam, "SecretService/PreviewSecretChange", { create: created });
    expect(JSON.stringify(preview)).toContain(WORKSPACE);
    for (const hidden of [OWN, IN_WORKSPACE]) expect(JSON.stringify(preview)).not.toContain(hidden);
  });

  test("by taking an error that he gets as an answer", async () => {
    const access = (id: string) =>
      codeOf(world.call(adam, "SecretService/AccessSecret", { name: `${USER}/secrets/${id}` }));
    expect([await access(OWN), await access("NO_SUCH_NAME")]).toEqual(["denied", "denied"]);
  });
});

describe("an export with hidden names", () => {
  test("verifies without the server", async () => {
    const rows = await exported(world, adam);
    expect(await verified("hidden.jsonl", linesOf(rows))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`is intact: ${rows.length} rows`),
    });
  });

  test("is changed by somebody who puts another user in place of a hidden name's", async () => {
    const lines = linesOf(await exported(world, adam)).replace(
      `${USER}/secrets/(private)`,
      `${ORG}/users/mallory/secrets/(private)`,
    );
    expect((await verified("changed.jsonl", lines)).stderr).toContain("was changed");
  });

  test("is changed by somebody who writes a name over it", async () => {
    const lines = linesOf(await exported(world, adam)).replace("/secrets/(private)", "/secrets/OTHER");
    expect((await verified("named.jsonl", lines)).stderr).toContain("was changed");
  });
});

describe("the owner of secrets", () => {
  test("reads who did what to them, by name, and to the own workspaces, and nothing else", async () => {
    const rows = await events(world, {}, alice);
    const done = rows.map(({ action, resource }) => `${action.split("/").at(-1)} ${resource}`);
    expect(done).toContain(`CreateSecret ${USER}/secrets/${OWN}`);
    expect(done).toContain(`AccessSecret ${USER}/secrets/${OWN}`);
    expect(done).toContain(`UpdateWorkspace ${WORKSPACE}`);
    const delivered = rows.find(({ action }) => action === "agent/resolve");
    expect(delivered).toMatchObject({
      comment: "gave 2 secrets to workspace ws-1",
      details: expect.arrayContaining([`${USER}/secrets/${OWN}@1`, `${WORKSPACE}/secrets/${IN_WORKSPACE}@1`]),
    });
    const own = ({ resource }: Event) =>
      [USER, WORKSPACE].some((name) => resource === name || resource.startsWith(`${name}/`));
    expect(rows.filter((row) => !own(row))).toEqual([]);
    expect(await events(world, { resource: `${USER}/secrets/${OWN}` }, alice)).not.toEqual([]);
  });

  test("learns that somebody tried", async () => {
    const name = `${USER}/secrets/${OWN}`;
    await codeOf(world.call(mallory, "SecretService/AccessSecret", { name }));
    expect((await events(world, { result: "PERMISSION_DENIED" }, alice))[0]).toMatchObject({
      principal: `${ORG}/users/mallory`,
      resource: name,
    });
  });

  test("is read by another member, who asks for the log", async () => {
    const rows = await events(world, {}, mallory);
    expect(textOf(rows)).not.toContain("alice");
    await expect(exported(world, mallory)).rejects.toThrow("PERMISSION_DENIED");
  });
});
