import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import * as grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RenewableCredentials } from "../../../common/grpc/channel.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { createLog } from "../../../common/log.ts";
import { childName } from "../../../common/resource-name.ts";
import {
  type CertificateAuthority,
  newKeyPair,
  openCertificateAuthority,
  pemOfKey,
} from "../../../controlplane/identity/certificates/ca.ts";
import { LiveServerCertificate } from "../../../controlplane/identity/certificates/live-server-certificate.ts";
import { issueNodeCertificate } from "../../../controlplane/identity/certificates/node-certificate.ts";
import type { AgentServiceHandlers } from "../../../proto/gen/keyhold/v1/AgentService.ts";

const DAY = 86_400_000;
const api = loadApi();

let directory: string;
let authority: CertificateAuthority;
let certificate: LiveServerCertificate;
let server: grpc.Server;
let port: number;
let now: number;
let lines: string[];

/** The node port as far as TLS goes, with a stream that answers each message. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-live-"));
  authority = await openCertificateAuthority(directory);
  now = Date.now();
  lines = [];
  const log = createLog({ level: "info", name: "test", write: (line) => lines.push(line) });
  certificate = await LiveServerCertificate.open({
    ...{ directory, authority, hostName: "", names: [], log },
    now: () => now,
  });
  server = new grpc.Server();
  const handlers: Partial<AgentServiceHandlers> = {
    Subscribe: (call) => call.on("data", () => call.write({ increment: { revision: 1, targets: [] } })),
  };
  server.addService(api.AgentService.service, handlers as grpc.UntypedServiceImplementation);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const credentials = certificate.credentials("shown");
  server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  port = await promise;
});
afterEach(async () => {
  server.forceShutdown();
  await certificate.close();
  await rm(directory, { recursive: true });
});

async function nodeClient() {
  const { publicKey, privateKey } = await newKeyPair();
  const issued = issueNodeCertificate(authority, { ...childName("acme", "nodes", "a"), uid: "u" }, publicKey);
  const ca = Buffer.from(authority.certificate);
  const key = Buffer.from(pemOfKey(privateKey));
  const parts = { ca, certificate: Buffer.from(issued.pem), key };
  const channel = new RenewableCredentials(parts).channel(`127.0.0.1:${port}`);
  const client = new api.AgentService(`127.0.0.1:${port}`, channel.credentials, channel.options);
  const call = client.subscribe();
  const answers = call[Symbol.asyncIterator]();
  const ask = async () => {
    call.write({ watch: { targets: [] } });
    return (await answers.next()).value?.increment?.revision;
  };
  const close = () => {
    call.on("error", () => undefined).cancel();
    client.close();
  };
  return { ask, close };
}

/** What a new connection is shown. */
function shown(): Promise<{ serial: string; trusted: boolean }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, ca: authority.certificate, ALPNProtocols: ["h2"] };
    const socket = connect(options, () => {
      resolve({ serial: socket.getPeerCertificate().serialNumber, trusted: socket.authorized });
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

describe("the server's certificate", () => {
  it("stays as it is before half of its life is over", async () => {
    const before = await shown();
    now += 180 * DAY;
    await certificate.check();
    expect(await shown()).toEqual(before);
    expect(lines).toEqual([]);
  });

  it("is renewed while the server serves: new connections are shown the new one, an open stream goes on", async () => {
    const client = await nodeClient();
    expect(Number(await client.ask())).toBe(1);
    const before = await shown();
    now += 200 * DAY;
    await certificate.check();
    const after = await shown();
    expect(after.trusted).toBe(true);
    expect(after.serial).not.toBe(before.serial);
    expect(lines.join()).toContain("The server's certificate was renewed");
    expect(Number(await client.ask())).toBe(1);
    const another = await nodeClient();
    expect(Number(await another.ask())).toBe(1);
    client.close();
    another.close();
  });

  it("still asks for the node's certificate after it was renewed", async () => {
    now += 200 * DAY;
    await certificate.check();
    const ended = new Promise<string>((resolve) => {
      const options = { host: "127.0.0.1", port, ca: authority.certificate, ALPNProtocols: ["h2"] };
      const socket = connect(options);
      socket.on("error", (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message));
      socket.on("close", () => resolve("closed"));
    });
    expect(await ended).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET|closed/);
  });

  it("that cannot be renewed is said, as an error from 30 days before its end", async () => {
    const before = await shown();
    await rm(directory, { recursive: true });
    now += 200 * DAY;
    await certificate.check();
    now += 140 * DAY;
    await certificate.check();
    const said = lines.map((line) => JSON.parse(line) as { level: string; msg: string; next: string });
    expect(said.map(({ msg }) => msg)).toEqual([
      "The server's certificate could not be renewed, trying again",
      "The server's certificate ends soon and could not be renewed",
    ]);
    expect(said[1]?.next).toContain("data directory");
    expect(await shown()).toEqual(before);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
    await import("node:fs/promises").then(({ mkdir }) => mkdir(directory));
  });
});
