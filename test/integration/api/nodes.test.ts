import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateRequest } from "../../../agent/identity/certificate-request.ts";
import type { KeyholdError } from "../../../common/errors.ts";
import { RenewableCredentials } from "../../../common/grpc/channel.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { formatJoinToken, parseJoinToken } from "../../../common/join-token.ts";
import { openStore } from "../../../controlplane/database.ts";
import { openCertificateAuthority } from "../../../controlplane/identity/certificates/ca.ts";
import type { SubscribeResponse__Output } from "../../../proto/gen/keyhold/v1/SubscribeResponse.ts";
import { codeOf, type Identity, World } from "./world.ts";

let world: World;
let alice: string;
const ORG = "organizations/acme";

beforeAll(async () => {
  world = await World.start();
  ({ alice } = await world.populate({ alice: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

interface Enrolled {
  node: string;
  certificate: string;
  caCertificate: string;
  nodePort: number;
}

function newRequest(bits = 2048): { csr: string; key: string } {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { csr: certificateRequest(privateKey, publicKey, "whoever"), key };
}

async function joinToken(request: object = {}): Promise<string> {
  const path = "NodeService/CreateJoinToken";
  return (await world.call<{ joinToken: string }>(world.owner, path, { parent: ORG, ...request })).joinToken;
}

const { csr, key } = newRequest();
const enroll = (token: string, hostName = "Build_Box", certificate = csr) =>
  world.call<Enrolled>(undefined, "AgentService/Enroll", {
    joinToken: token,
    hostName,
    certificateRequest: certificate,
  });
const renew = (identity: Identity) =>
  world.callAsNode<{ certificate: string }>(identity, "AgentService/Renew", { certificateRequest: csr });
const messageOf = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (thrown: KeyholdError) => `${thrown.code}: ${thrown.message}`,
  );

describe("a join token", () => {
  it("makes a node with the name it gives, once", async () => {
    const token = await joinToken({ nodeId: "build-1", projects: [`${ORG}/projects/web`] });
    const enrolled = await enroll(token);
    expect(enrolled.node).toBe(`${ORG}/nodes/build-1`);
    expect(enrolled.caCertificate).toBe(world.ca.toString());
    expect(world.server.nodeAddress).toBe(`127.0.0.1:${enrolled.nodePort}`);
    const certificate = new X509Certificate(enrolled.certificate);
    expect(certificate.verify(new X509Certificate(enrolled.caCertificate).publicKey)).toBe(true);
    expect(await messageOf(enroll(token))).toContain("unauthenticated: the join token is used already");
    const node = await world.call(world.owner, "NodeService/GetNode", { name: enrolled.node });
    expect(node).toMatchObject({ projects: [`${ORG}/projects/web`], connected: false, revokeTime: null });
  });

  it("without a name takes the host's, made to fit, with a number where it is taken", async () => {
    expect((await enroll(await joinToken(), "Build Box.example")).node).toBe(
      `${ORG}/nodes/build-box.example`,
    );
    expect((await enroll(await joinToken(), "build-box.EXAMPLE")).node).toBe(
      `${ORG}/nodes/build-box.example-2`,
    );
    expect((await enroll(await joinToken(), "***")).node).toBe(`${ORG}/nodes/node`);
  });

  it("works once even if many use it at the same moment", async () => {
    const token = await joinToken({ nodeId: "race" });
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(enroll(token))));
    expect(codes.toSorted()).toEqual(["ok", ...Array<string>(7).fill("unauthenticated")]);
  });

  it("is not used up by a request that cannot be signed, nor by a name that is taken", async () => {
    const token = await joinToken({ nodeId: "careful" });
    expect(await messageOf(enroll(token, "x", newRequest(1024).csr))).toContain("1024 bits");
    expect(await messageOf(enroll(token, "x", "nonsense"))).toContain("invalid");
    expect(await codeOf(enroll(token))).toBe("ok");
    const taken = await joinToken({ nodeId: "careful" });
    expect(await codeOf(enroll(taken))).toBe("exists");
    await world.call(world.owner, "NodeService/RevokeNode", { name: `${ORG}/nodes/careful` });
    expect(await codeOf(enroll(taken))).toBe("ok");
  });

  it("that is unknown, mistyped or of another server says so", async () => {
    const token = await joinToken();
    const { caHash } = parseJoinToken(token);
    const unknown = formatJoinToken({ random: Buffer.alloc(32, 7), caHash });
    expect(await messageOf(enroll(unknown))).toContain("the join token is unknown");
    const foreign = formatJoinToken({ random: Buffer.alloc(32, 7), caHash: Buffer.alloc(32, 7) });
    expect(await messageOf(enroll(foreign))).toContain("the join token was made by another");
    expect(await messageOf(enroll(`${token.slice(0, -1)}!`))).toContain("mistyped");
    expect(world.lines.join("")).not.toContain(token);
  });

  it("lives between 10 seconds and a day", async () => {
    for (const seconds of [9, 86_401]) {
      const refused = world.call(world.owner, "NodeService/CreateJoinToken", {
        parent: ORG,
        ttl: { seconds },
      });
      expect(await messageOf(refused)).toContain(`invalid: ttl is ${seconds} s`);
    }
  });
});

describe("an expired join token", () => {
  it("is refused with the reason", async () => {
    // Its life is at least ten seconds, so it is put into the store as one that is over.
    const directory = world.directory;
    await world.server.close();
    const store = await openStore({ directory });
    const random = Buffer.alloc(32, 9);
    const { hashToken } = await import("../../../controlplane/identity/token.ts");
    const hash = hashToken(random);
    await store.joinTokens.create({
      organization: "acme",
      projects: [],
      expireTime: Date.now() - 1,
      hash,
      by: "users/owner",
    });
    await store.close();
    world = await World.start(directory);
    const caHash = (await openCertificateAuthority(directory)).hash();
    expect(await messageOf(enroll(formatJoinToken({ random, caHash })))).toContain(
      "the join token is expired",
    );
  });
});

describe("the node port", () => {
  it("serves who shows a certificate of its CA, and nobody else", async () => {
    const { certificate } = await enroll(await joinToken({ nodeId: "port" }));
    const renewed = await renew({ certificate, key });
    expect(new X509Certificate(renewed.certificate).subjectAltName).toMatch(
      /^URI:keyhold:\/\/organizations\/acme\/nodes\/port\?uid=[0-9a-f-]{36}$/,
    );
    // The old one stays good: the answer may have been lost.
    expect(await codeOf(renew({ certificate, key }))).toBe("ok");
    expect(await codeOf(renew({ certificate: renewed.certificate, key }))).toBe("ok");
    expect(await handshake()).toMatch(/ECONNRESET|CERTIFICATE_REQUIRED|closed/);
  });

  it("refuses a certificate of another CA", async () => {
    const other = await World.start();
    try {
      await other.populate({});
      const request = { parent: ORG, nodeId: "port" };
      const made = await other.call<{ joinToken: string }>(
        other.owner,
        "NodeService/CreateJoinToken",
        request,
      );
      const { certificate } = await other.call<Enrolled>(undefined, "AgentService/Enroll", {
        joinToken: made.joinToken,
        certificateRequest: csr,
      });
      expect(await codeOf(renew({ certificate, key }))).toBe("unavailable");
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it("does not take the server's own certificate for a node's", async () => {
    const { readFile } = await import("node:fs/promises");
    const read = (name: string) => readFile(`${world.directory}/${name}`, "utf8");
    const identity = { certificate: await read("server.crt"), key: await read("server.key") };
    expect(await codeOf(renew(identity))).toMatch(/unavailable|unauthenticated/);
  });

  it("does not serve the API, nor the API port what is the node port's", async () => {
    const { certificate } = await enroll(await joinToken({ nodeId: "elsewhere" }));
    const identity = { certificate, key };
    const secrets = world.callAsNode(identity, "SecretService/ListSecrets", { parent: ORG });
    expect(await codeOf(secrets)).toBe("unimplemented");
    expect(await messageOf(world.callAsNode(identity, "AgentService/Enroll"))).toContain(
      "not served on this port",
    );
    const renewal = world.call(alice, "AgentService/Renew", { certificateRequest: csr });
    expect(await messageOf(renewal)).toContain("not served on this port");
  });
});

describe("a node's stream", () => {
  it("brings what its workspace resolves to, then changes, and is cut when the node is revoked", async () => {
    const { node, certificate } = await enroll(await joinToken({ nodeId: "streamer", claimAny: true }));
    const target = `${ORG}/workspaces/ws-1`;
    await world.call(alice, "WorkspaceService/CreateWorkspace", {
      parent: ORG,
      workspaceId: "ws-1",
      workspace: { owner: `${ORG}/users/alice` },
    });
    const write = (text: string) =>
      world.call(alice, "SecretService/UpdateSecret", {
        secret: { name: `${target}/secrets/API_KEY`, kind: "SECRET_KIND_ENV", value: Buffer.from(text) },
        allowMissing: true,
      });
    await write("one");
    const stream = openStream({ certificate, key });
    stream.call.write({ hello: { agentVersion: "1.2.3", targets: [target] } });
    expect(valuesIn((await stream.next())?.snapshot?.targets)).toEqual(["one"]);
    const seen = () => world.call(world.owner, "NodeService/GetNode", { name: node });
    expect(await seen()).toMatchObject({ connected: true, agentVersion: "1.2.3" });
    const placed = await world.call(alice, "WorkspaceService/GetWorkspace", { name: target });
    expect(placed).toMatchObject({ node });
    await write("two");
    expect(valuesIn((await stream.next())?.increment?.targets)).toEqual(["two"]);
    await world.call(world.owner, "NodeService/RevokeNode", { name: node });
    expect((await stream.ended).message).toContain("is revoked");
    expect(await messageOf(renew({ certificate, key }))).toContain(
      "denied: node streamer of acme is revoked",
    );
    stream.close();
  });

  it("ends when the server stops, so that the stop does not wait for it", async () => {
    const { certificate } = await enroll(await joinToken({ nodeId: "last" }));
    const stream = openStream({ certificate, key });
    stream.call.write({ hello: { agentVersion: "1", targets: [] } });
    await stream.next();
    const start = performance.now();
    await world.server.close();
    expect((await stream.ended).message).toMatch(/shutting down/);
    expect(performance.now() - start).toBeLessThan(2500);
    stream.close();
  });
});

function valuesIn(targets: { bundle?: { secrets: { value: Buffer }[] } | null }[] | undefined): string[] {
  return (targets ?? []).flatMap(({ bundle }) =>
    (bundle?.secrets ?? []).map(({ value }) => value.toString()),
  );
}

function openStream({ certificate, key: own }: Identity) {
  const api = loadApi(loadDefinition());
  const parts = { ca: world.ca, certificate: Buffer.from(certificate), key: Buffer.from(own) };
  const channel = new RenewableCredentials(parts).channel(world.server.nodeAddress);
  const client = new api.AgentService(world.server.nodeAddress, channel.credentials, channel.options);
  const call = client.subscribe();
  const { promise: ended, resolve } = Promise.withResolvers<Error>();
  call.on("error", resolve);
  const incoming = call[Symbol.asyncIterator]();
  const next = async () => (await incoming.next()).value as SubscribeResponse__Output | undefined;
  return { call, next, ended, close: () => client.close() };
}

/** TLS to the node port without a certificate: how it ends. */
function handshake(): Promise<string> {
  const [, port] = world.server.nodeAddress.split(":");
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: Number(port), ca: world.ca, ALPNProtocols: ["h2"] });
    socket.on("error", (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message));
    socket.on("close", () => resolve("closed"));
    socket.setTimeout(3000, () => resolve("still open"));
  });
}
