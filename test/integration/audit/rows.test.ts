import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, World } from "../api/world.ts";
import { enrolNode, events, exported, ORG, openStream, rawSql, verify } from "./world.ts";

const CANARY = "canary-5c1f-never-written-down";
const PROJECT = `${ORG}/projects/web`;
const SECRET = `${PROJECT}/secrets/API_KEY`;
const WORKSPACE = `${ORG}/workspaces/ws-1`;

let world: World;
let adam: string;
let alice: string;

beforeAll(async () => {
  world = await World.start();
  ({ adam, alice } = await world.populate({ adam: "admin", alice: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

const newest = async (filter: object = {}) => (await events(world, filter))[0];
const write = (secretId: string, value: string, comment = "") =>
  world.call(adam, "SecretService/CreateSecret", {
    parent: PROJECT,
    secretId,
    secret: { kind: "SECRET_KIND_ENV", value: Buffer.from(value), comment },
  });
const update = (value: string, comment: string) =>
  world.call(adam, "SecretService/UpdateSecret", {
    secret: { name: SECRET, value: Buffer.from(value), comment },
    updateMask: { paths: ["value", "comment"] },
  });
const adamDid = { principal: `${ORG}/users/adam`, address: "127.0.0.1", result: "OK" };

describe("a change leaves a row", () => {
  it("that begins with the organization itself", async () => {
    const [first] = (await events(world)).toReversed();
    expect(first).toMatchObject({
      name: `${ORG}/auditEvents/1`,
      sequence: 1,
      principal: "users/owner",
      action: "keyhold.v1.OrganizationService/CreateOrganization",
      resource: ORG,
      result: "OK",
    });
  });

  it("with who, from where, what, which version and why", async () => {
    await write("API_KEY", CANARY, "first one");
    expect(await newest()).toMatchObject({
      ...adamDid,
      action: "keyhold.v1.SecretService/CreateSecret",
      resource: SECRET,
      version: 1,
      comment: "first one",
    });
    expect((await newest())?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    await update(`${CANARY}-2`, "rotated");
    expect(await newest()).toMatchObject({ ...adamDid, resource: SECRET, version: 2, comment: "rotated" });
  });

  it.each([
    ["SecretService/RollbackSecret", { name: SECRET, version: 1 }, 3],
    ["SecretService/DeleteSecret", { name: SECRET }, 3],
    ["SecretService/UndeleteSecret", { name: SECRET }, 3],
  ] as const)("by %s", async (method, request, version) => {
    await world.call(adam, method, request);
    expect(await newest()).toMatchObject({
      ...adamDid,
      action: `keyhold.v1.${method}`,
      resource: SECRET,
      version,
    });
  });

  it("for roles, with the role that was given", async () => {
    const principal = `${ORG}/users/alice`;
    const role = "PROJECT_ROLE_MEMBER";
    await world.call(adam, "ProjectService/AddProjectMember", { parent: PROJECT, principal, role });
    expect(await newest()).toMatchObject({
      resource: `${PROJECT}/members/users:alice`,
      comment: "role member",
    });
  });

  it("for tokens, without the token", async () => {
    const made = await world.call<{ secret: string; token: { name: string } }>(
      adam,
      "TokenService/CreateToken",
      { principal: `${ORG}/users/adam` },
    );
    expect(await newest()).toMatchObject({ ...adamDid, resource: made.token.name });
    await world.call(adam, "TokenService/RevokeToken", { name: made.token.name });
    expect(await newest()).toMatchObject({
      action: "keyhold.v1.TokenService/RevokeToken",
      resource: made.token.name,
    });
    expect(everyByte().includes(made.secret)).toBe(false);
  });

  it("and one that fails leaves none", async () => {
    const before = (await events(world)).length;
    expect(await codeOf(write("API_KEY", CANARY))).toBe("exists");
    expect(await codeOf(write("LD_PRELOAD", CANARY))).toBe("invalid");
    expect(await codeOf(update(CANARY, "x".repeat(100_000)))).toBe("invalid");
    expect(await events(world)).toHaveLength(before);
  });

  it("in the server's own log where it belongs to no organization", async () => {
    const [first] = await exported(world, world.owner, "");
    expect(first).toMatchObject({
      name: "auditEvents/1",
      principal: "",
      action: "server/token.created",
    });
    expect(await verify(world, "")).toMatchObject({ intact: true });
  });
});

describe("an access leaves a row", () => {
  it("when a value is read", async () => {
    await world.call(adam, "SecretService/AccessSecret", { name: SECRET, version: 2 });
    expect(await newest()).toMatchObject({
      ...adamDid,
      action: "keyhold.v1.SecretService/AccessSecret",
      resource: SECRET,
      version: 2,
    });
  });

  it("when a workload is resolved, naming every secret and its version", async () => {
    await world.call(adam, "SecretService/ResolveWorkload", { target: PROJECT });
    expect(await newest()).toMatchObject({
      ...adamDid,
      action: "keyhold.v1.SecretService/ResolveWorkload",
      resource: PROJECT,
      comment: "gave 1 secret to project web",
      details: [`${SECRET}@3`],
    });
  });

  it("with the token that was used, and the uid of what it is about", async () => {
    await world.call(adam, "SecretService/AccessSecret", { name: SECRET });
    const { token } = await world.call<{ token: { name: string } }>(adam, "TokenService/GetIdentity");
    const { uid } = await world.call<{ uid: string }>(adam, "SecretService/GetSecret", { name: SECRET });
    expect(await newest()).toMatchObject({ token: token.name.split("/").at(-1), resourceUid: uid });
  });

  it("but lists and gets, which hold no value, leave none", async () => {
    const before = (await events(world)).length;
    await world.call(alice, "TokenService/GetIdentity");
    await world.call(adam, "SecretService/ListSecrets", { parent: PROJECT });
    await world.call(adam, "SecretService/GetSecret", { name: SECRET });
    await world.call(adam, "SecretService/ExplainWorkload", { target: PROJECT });
    expect(await events(world)).toHaveLength(before);
  });
});

describe("a denial leaves a row", () => {
  it.each([
    ["denied", "PERMISSION_DENIED", PROJECT],
    ["not-found", "NOT_FOUND", `${ORG}/workspaces/nowhere`],
  ])("if it is %s", async (code, result, scope) => {
    const name = `${scope}/secrets/API_KEY`;
    expect(await codeOf(world.call(alice, "SecretService/AccessSecret", { name, version: 1 }))).toBe(code);
    expect(await newest()).toMatchObject({
      principal: `${ORG}/users/alice`,
      action: "keyhold.v1.SecretService/AccessSecret",
      resource: name.replace("workspaces/nowhere/secrets/API_KEY", "workspaces/nowhere/secrets/(private)"),
      version: 1,
      result,
      comment: "",
    });
  });

  it("but not if nobody is signed in, or with a token that does not exist", async () => {
    const before = (await events(world)).length;
    for (const token of [undefined, `kh_${"x".repeat(43)}`]) {
      const call = world.call(token, "SecretService/AccessSecret", { name: SECRET });
      expect(await codeOf(call)).toBe("unauthenticated");
    }
    expect(await events(world)).toHaveLength(before);
  });

  it("of a write, without anything of what was to be written", async () => {
    const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from(CANARY), comment: CANARY };
    const request = { parent: PROJECT, secretId: "OTHER", secret };
    expect(await codeOf(world.call(alice, "SecretService/CreateSecret", request))).toBe("denied");
    expect(await newest()).toMatchObject({ resource: `${PROJECT}/secrets/OTHER`, comment: "" });
  });

  it("without what is no name, and in the caller's log where the organization does not exist", async () => {
    const nowhere = "organizations/nowhere/secrets/A";
    expect(await codeOf(world.call(alice, "SecretService/GetSecret", { name: nowhere }))).toBe("not-found");
    expect(await newest()).toMatchObject({ resource: nowhere, result: "NOT_FOUND" });
    const odd = `${ORG}/secrets/${"x".repeat(5000)}`;
    expect(await codeOf(world.call(alice, "SecretService/AccessSecret", { name: odd }))).toBe("denied");
    expect(await newest()).toMatchObject({ resource: "", result: "PERMISSION_DENIED" });
  });

  it("of the log itself", async () => {
    expect(await codeOf(world.call(alice, "AuditService/VerifyAuditLog", { parent: ORG }))).toBe("denied");
    expect(await newest()).toMatchObject({
      action: "keyhold.v1.AuditService/VerifyAuditLog",
      resource: ORG,
    });
    await expect(exported(world, alice)).rejects.toThrow("PERMISSION_DENIED");
    expect(await newest()).toMatchObject({
      principal: `${ORG}/users/alice`,
      action: "keyhold.v1.AuditService/ExportAuditEvents",
      result: "PERMISSION_DENIED",
    });
    expect(await codeOf(world.call(adam, "AuditService/ListAuditEvents", { parent: "" }))).toBe("denied");
  });
});

describe("a node", () => {
  const node = `${ORG}/nodes/build-1`;

  it("leaves rows when it joins, connects, claims, is handed values, is refused, and is revoked", async () => {
    const owner = `${ORG}/users/alice`;
    const workspace = { owner, project: PROJECT };
    await world.employ("alice");
    await world.call(adam, "WorkspaceService/CreateWorkspace", {
      parent: ORG,
      workspaceId: "ws-1",
      workspace,
    });
    const identity = await enrolNode(world, "build-1", { claimAny: true });
    expect(await newest({ resource: node })).toMatchObject({
      principal: "",
      action: "keyhold.v1.AgentService/Enroll",
      resource: node,
      result: "OK",
    });
    const stream = openStream(world, identity, [WORKSPACE, PROJECT]);
    await stream.next();
    const [refused, resolved, claimed, connected] = await events(world, { principal: node });
    const from = { principal: node, address: "127.0.0.1", requestId: connected?.requestId };
    expect(connected).toMatchObject({ action: "agent/connect", resource: node });
    expect(claimed).toMatchObject({ ...from, action: "agent/claim", resource: WORKSPACE });
    expect(resolved).toMatchObject({
      ...from,
      action: "agent/resolve",
      resource: WORKSPACE,
      comment: "gave 1 secret to workspace ws-1",
      details: [`${SECRET}@3`],
      result: "OK",
    });
    expect(refused).toMatchObject({
      action: "agent/resolve",
      resource: PROJECT,
      result: "PERMISSION_DENIED",
    });

    await update(`${CANARY}-4`, "");
    expect((await stream.next()).increment?.targets).toHaveLength(1);
    expect(await newest()).toMatchObject({ ...from, resource: WORKSPACE, details: [`${SECRET}@4`] });

    await world.call(adam, "NodeService/RevokeNode", { name: node });
    const [, byAdmin] = await events(world, { resource: node });
    expect([byAdmin, await newest({ resource: node })].map((row) => row?.action)).toContain(
      "keyhold.v1.NodeService/RevokeNode",
    );
    stream.close();
    const again = openStream(world, identity, []);
    await again.next().catch(() => undefined);
    expect(await newest()).toMatchObject({
      principal: node,
      action: "keyhold.v1.AgentService/Subscribe",
      result: "PERMISSION_DENIED",
    });
    again.close();
  });
});

describe("the list", () => {
  it("finds who was handed a secret, and nothing that is only named alike", async () => {
    const handed = await events(world, { resource: SECRET, principal: `${ORG}/nodes/build-1` });
    expect(handed.map((row) => row.details)).toEqual([[`${SECRET}@4`], [`${SECRET}@3`]]);
    await write("API_KEYS", CANARY);
    const rows = await events(world, { resource: SECRET });
    expect(rows.filter((row) => row.resource.endsWith("API_KEYS"))).toEqual([]);
    const below = await events(world, { resource: PROJECT });
    expect(below.filter((row) => row.resource === SECRET).length).toBeGreaterThan(5);
  });

  it("comes in pages, newest first, that miss and repeat nothing", async () => {
    const all = (await events(world)).map((row) => row.sequence);
    const seen: number[] = [];
    let pageToken = "";
    do {
      const page: { events: { sequence: number }[]; nextPageToken: string } = await world.call(
        adam,
        "AuditService/ListAuditEvents",
        { parent: ORG, pageSize: 7, pageToken },
      );
      seen.push(...page.events.map((row) => row.sequence));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual(all);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });

  it("is the export, the other way round", async () => {
    const list = (await events(world)).toReversed();
    expect(await exported(world, adam)).toEqual(list);
  });
});

describe("a value", () => {
  it("is in no byte of the log, of an export, or of what the server logged", async () => {
    expect(everyByte().length).toBeGreaterThan(5_000);
    expect(everyByte()).not.toContain(CANARY);
    expect(JSON.stringify(await exported(world))).not.toContain(CANARY);
    const files = readdirSync(world.directory).filter((name) => name.startsWith("keyhold.db"));
    expect(files).toContain("keyhold.db");
    for (const file of files) expect(readFileSync(join(world.directory, file)).includes(CANARY)).toBe(false);
    expect(world.lines.join("")).not.toContain(CANARY);
    expect(await verify(world)).toMatchObject({ intact: true, brokenAt: 0, problem: "" });
  });
});

/** Both tables of the log, as text. */
function everyByte(): string {
  return rawSql(world, (database) =>
    ["audit_events", "audit_heads"]
      .flatMap((table) => database.prepare(`SELECT * FROM ${table}`).all())
      .map((row) => Object.values(row).map(textOf).join("\n"))
      .join("\n"),
  );
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
}
