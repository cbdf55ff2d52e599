import { createPublicKey, generateKeyPairSync } from "node:crypto";
import type * as grpc from "@grpc/grpc-js";
import { Client, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateRequest } from "../../../agent/identity/certificate-request.ts";
import type { KeyholdError } from "../../../common/errors.ts";
import { RenewableCredentials, serverOnly } from "../../../common/grpc/channel.ts";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { newToken } from "../../../controlplane/identity/token.ts";
import { World } from "../api/world.ts";
import {
  ALICES_TOKEN,
  COLUMNS,
  type Column,
  GUESTS_INVITATION,
  JOIN_TOKEN,
  NODE_TABLE,
  ORG,
  type Row,
  TABLE,
  WEB,
} from "./table.ts";

type Method = grpc.MethodDefinition<object, object>;

const definition = loadDefinition();
const codec = new StatusCodec(definition);
const METHODS = methodsOf();

/** Principals of acme by the column they are expected as: users, and service accounts of the same roles. */
const USERS: Readonly<Record<string, Column>> = {
  owner: "owner",
  admin: "admin",
  maintainer: "maintainer",
  member: "member",
  mia: "project member",
  rita: "reader",
  alice: "alice",
};
const ACCOUNTS: Readonly<Record<string, Column>> = {
  "robot-owner": "owner",
  "robot-admin": "admin",
  "robot-maintainer": "maintainer",
  "robot-project-member": "project member",
  "robot-reader": "reader",
  robot: "member",
};
/** Of organization `other`: nothing of acme is theirs, whatever they are at home. */
const STRANGERS = { boss: "OWNER", aide: "ADMIN", sam: "MEMBER" } as const;

interface Outcome {
  readonly code: string;
  readonly message: string;
}

let world: World;
let api: Client;
let nodes: Client;
const tokens = new Map<string, string>();
/** Id of a token of alice's. */
let revocable = "";
/** Id of an invitation that was not redeemed. */
let invited = "";
/** Id of a join token. */
let joinable = "";

beforeAll(async () => {
  world = await World.start();
  const { apiAddress, nodeAddress } = world.server;
  const channel = serverOnly(apiAddress, world.ca);
  api = new Client(apiAddress, channel.credentials, channel.options);
  await populate();
  const identity = { ...(await enrol("build-1")), ca: world.ca };
  await enrol("spare");
  const mutual = new RenewableCredentials(identity).channel(nodeAddress);
  nodes = new Client(nodeAddress, mutual.credentials, mutual.options);
});
afterAll(async () => {
  api.close();
  nodes.close();
  await world[Symbol.asyncDispose]();
});

describe("the table of roles", () => {
  it("names every method of the API and no other", () => {
    expect(Object.keys(TABLE).toSorted()).toEqual([...METHODS.keys()].toSorted());
  });

  for (const [path, rows] of Object.entries(TABLE)) {
    for (const row of rows) it(`holds for ${path} on ${row.on}`, () => checkRow(path, row));
  }

  it("holds on the node port: a node's certificate is good for its agent's calls only", async () => {
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const path of METHODS.keys()) {
      found[path] = (await call(nodes, path, {}, undefined)).code;
      expected[path] = NODE_TABLE[path] ?? "unimplemented";
    }
    expect(found).toEqual(expected);
  });
});

/** Everybody tries it; what differs from the table is shown together. */
async function checkRow(path: string, row: Row): Promise<void> {
  const request = withToken(row.request) as object;
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const [who, letter] of expectations(row)) {
    if (row.before !== undefined)
      await world.call(world.owner, row.before[0] as "UserService/", row.before[1]);
    const outcome = await call(api, path, request, tokens.get(who));
    found[who] = withoutLimit(who, row, outcome.code);
    expected[who] = codeOf(letter, row);
    if (letter === "n") await expectSameWords({ path, request, row, who }, outcome);
  }
  expect(found).toEqual(expected);
}

/** Who may not know whether something exists is answered the same if it does not. */
async function expectSameWords(
  tried: { path: string; request: object; row: Row; who: string },
  outcome: Outcome,
): Promise<void> {
  const { path, request, row, who } = tried;
  const swaps: (readonly [string, string])[] = Object.hasOwn(STRANGERS, who) ? [["acme", "nowhere"]] : [];
  if (row.ghost !== undefined) swaps.push([withToken(row.ghost[0]) as string, row.ghost[1]]);
  expect(swaps, `${who} is hidden what has no counterpart in the table`).not.toEqual([]);
  for (const [real, ghost] of swaps) {
    const missing = await call(api, path, swap(request, [real, ghost]) as object, tokens.get(who));
    expect({ who, ...missing }).toEqual({
      who,
      ...outcome,
      message: outcome.message.replaceAll(real, ghost),
    });
  }
}

function withToken(value: unknown): unknown {
  const swaps = [
    [ALICES_TOKEN, revocable],
    [GUESTS_INVITATION, invited],
    [JOIN_TOKEN, joinable],
  ] as const;
  return swaps.reduce(swap, value);
}

function* expectations(row: Row): Generator<[who: string, letter: string]> {
  const none = row.anonymous === true ? "y" : "u";
  yield ["nobody", none];
  yield ["bad token", none];
  const letters =
    row.who.length < COLUMNS.length ? row.who + row.who[COLUMNS.indexOf("project member")] : row.who;
  const letterOf = (column: Column) => letters[COLUMNS.indexOf(column)] ?? "?";
  yield ["server", letterOf("server")];
  for (const [who, column] of Object.entries({ ...USERS, ...ACCOUNTS }))
    yield [who, row.except?.[who] ?? letterOf(column)];
  const stranger = row.stranger ?? (row.anonymous === true ? "y" : "n");
  for (const who of Object.keys(STRANGERS)) yield [who, stranger];
}

function codeOf(letter: string, row: Row): string {
  if (letter === "y") return row.answer ?? "ok";
  return { d: "denied", n: "not-found", u: "unauthenticated" }[letter] ?? letter;
}

/** The server limits failed sign-ins, and all these come from one address. */
function withoutLimit(who: string, row: Row, code: string): string {
  if (code !== "exhausted") return code;
  if (row.anonymous === true) return row.answer ?? "ok";
  return who === "bad token" ? "unauthenticated" : code;
}

function methodsOf(): ReadonlyMap<string, Method> {
  const found = new Map<string, Method>();
  for (const [name, service] of Object.entries(definition)) {
    if (!name.startsWith("keyhold.v1.") || "format" in service) continue;
    for (const [method, each] of Object.entries(service as Record<string, Method>)) {
      found.set(`${name.slice("keyhold.v1.".length)}/${method}`, each);
    }
  }
  return found;
}

/** Any kind of call: of a stream, the end of it counts. */
function call(client: Client, path: string, request: object, token: string | undefined): Promise<Outcome> {
  const method = METHODS.get(path);
  if (method === undefined) throw new Error(`there is no method ${path}`);
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  const { path: url, requestSerialize: write, responseDeserialize: read } = method;
  const options = { deadline: Date.now() + 10_000 };
  return new Promise((resolve) => {
    const settle = (failure: unknown) => resolve(outcomeOf(failure));
    if (!method.requestStream && !method.responseStream) {
      client.makeUnaryRequest(url, write, read, request, metadata, options, settle);
      return;
    }
    const stream = method.requestStream
      ? client.makeBidiStreamRequest(url, write, read, metadata, options)
      : client.makeServerStreamRequest(url, write, read, request, metadata, options);
    stream.on("error", settle);
    stream.on("end", () => settle(null));
    stream.resume();
    if (method.requestStream) (stream as grpc.ClientDuplexStream<object, object>).write(request);
  });
}

function outcomeOf(failure: unknown): Outcome {
  if (failure === null) return { code: "ok", message: "" };
  const error: KeyholdError = codec.fromServiceError(failure, "the server");
  return { code: error.code, message: error.message };
}

/** The same with a text in it replaced, however deep. */
function swap(value: unknown, [from, to]: readonly [string, string]): unknown {
  if (typeof value === "string") return value.replaceAll(from, to);
  if (Buffer.isBuffer(value) || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => swap(each, [from, to]));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, swap(each, [from, to])]));
}

const asOwner = <T>(path: string, request: object) =>
  world.call<T>(world.owner, path as "UserService/", request);

async function tokenOf(principal: string): Promise<{ secret: string; token: { name: string } }> {
  if (principal.includes("/serviceAccounts/")) return asOwner("TokenService/CreateToken", { principal });
  const { secret } = await asOwner<{ secret: string }>("UserService/InviteUser", { name: principal });
  return world.redeem(secret);
}

async function populate(): Promise<void> {
  for (const organizationId of ["acme", "other"]) {
    await asOwner("OrganizationService/CreateOrganization", { organizationId });
  }
  await asOwner("ProjectService/CreateProject", { parent: ORG, projectId: "web" });
  for (const userId of ["temp", "second", "fay", "guest"])
    await asOwner("UserService/CreateUser", { parent: ORG, userId });
  for (const [userId, column] of Object.entries(USERS)) {
    await asOwner("UserService/CreateUser", { parent: ORG, userId });
    await employ(userId, `${ORG}/users/${userId}`, column);
  }
  for (const [serviceAccountId, column] of Object.entries(ACCOUNTS)) {
    await asOwner("UserService/CreateServiceAccount", { parent: ORG, serviceAccountId });
    await employ(serviceAccountId, `${ORG}/serviceAccounts/${serviceAccountId}`, column);
  }
  for (const [userId, role] of Object.entries(STRANGERS)) await addStranger(userId, role);
  tokens.set("server", world.owner).set("bad token", newToken().secret);
  const alices = { principal: `${ORG}/users/alice` };
  const made = await world.call<{ token: { name: string } }>(
    tokens.get("alice"),
    "TokenService/CreateToken",
    alices,
  );
  revocable = made.token.name.split("/").at(-1) ?? "";
  const open = { name: `${ORG}/users/guest` };
  const { invitation } = await asOwner<{ invitation: { name: string } }>("UserService/InviteUser", open);
  invited = invitation.name.split("/").at(-1) ?? "";
  const join = await asOwner<{ token: { name: string } }>("NodeService/CreateJoinToken", { parent: ORG });
  joinable = join.token.name.split("/").at(-1) ?? "";
  await storeSecrets();
}

async function employ(who: string, principal: string, column: Column): Promise<void> {
  const project = { maintainer: "MAINTAINER", reader: "READER", "project member": "MEMBER" }[
    column as string
  ];
  if (column === "owner" || column === "admin") {
    const role = `ORGANIZATION_ROLE_${column.toUpperCase()}`;
    await asOwner("OrganizationService/AddOrganizationMember", { parent: ORG, principal, role });
  }
  if (project !== undefined) {
    const role = `PROJECT_ROLE_${project}`;
    await asOwner("ProjectService/AddProjectMember", { parent: WEB, principal, role });
  }
  tokens.set(who, (await tokenOf(principal)).secret);
}

async function addStranger(userId: string, role: string): Promise<void> {
  const parent = "organizations/other";
  const principal = `${parent}/users/${userId}`;
  await asOwner("UserService/CreateUser", { parent, userId });
  const member = { parent, principal, role: `ORGANIZATION_ROLE_${role}` };
  await asOwner("OrganizationService/AddOrganizationMember", member);
  tokens.set(userId, (await tokenOf(principal)).secret);
}

async function storeSecrets(): Promise<void> {
  // Alice is in the project only while her workspace is put there.
  await world.employ("alice");
  const workspace = { owner: `${ORG}/users/alice`, project: WEB };
  await asOwner("WorkspaceService/CreateWorkspace", { parent: ORG, workspaceId: "ws-1", workspace });
  await world.dismiss("alice");
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("v") };
  for (const [parent, token] of [
    [ORG, world.owner],
    [WEB, world.owner],
    [`${ORG}/users/alice`, tokens.get("alice")],
    [`${ORG}/workspaces/ws-1`, tokens.get("alice")],
  ] as const) {
    await world.call(token, "SecretService/CreateSecret", { parent, secretId: "API_KEY", secret });
  }
}

async function enrol(nodeId: string): Promise<{ certificate: Buffer; key: Buffer }> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const made = { parent: ORG, nodeId };
  const { joinToken } = await asOwner<{ joinToken: string }>("NodeService/CreateJoinToken", made);
  const csr = certificateRequest(privateKey, publicKey, nodeId);
  const request = { joinToken, hostName: nodeId, certificateRequest: csr };
  const enrolled = await world.call<{ certificate: string }>(undefined, "AgentService/Enroll", request);
  const key = Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
  return { certificate: Buffer.from(enrolled.certificate), key };
}
