import { createPublicKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { enrol } from "../../../agent/identity/enrol.ts";
import { ensureIdentity } from "../../../agent/identity/ensure-identity.ts";
import { loadIdentity } from "../../../agent/identity/identity.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { certificateHash, formatJoinToken } from "../../../common/join-token.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import { childName } from "../../../common/resource-name.ts";
import {
  type CertificateAuthority,
  openCertificateAuthority,
} from "../../../controlplane/identity/certificates/ca.ts";
import { publicKeyOfRequest } from "../../../controlplane/identity/certificates/certificate-request.ts";
import { issueNodeCertificate } from "../../../controlplane/identity/certificates/node-certificate.ts";
import { openServerCertificate } from "../../../controlplane/identity/certificates/server-certificate.ts";
import type { AgentServiceHandlers } from "../../../proto/gen/keyhold/v1/AgentService.ts";

const definition = loadDefinition();
const api = loadApi(definition);
const errors = new StatusCodec(definition);
const DAY = 24 * 3_600_000;

/** The API port as far as Enroll goes: a real certificate authority behind a real TLS server, tokens that work once. */
class Server {
  readonly asked: string[] = [];
  readonly used = new Set<string>();
  address = "";
  authority!: CertificateAuthority;
  #grpc = new grpc.Server();

  static async open(directory: string): Promise<Server> {
    const server = new Server();
    await mkdir(directory);
    server.authority = await openCertificateAuthority(directory);
    const { authority } = server;
    const pair = await openServerCertificate({ directory, authority, hostName: "", names: [] });
    const handlers: Partial<AgentServiceHandlers> = { Enroll: server.#enroll, Reenroll: server.#reenroll };
    server.#grpc.addService(api.AgentService.service, handlers as grpc.UntypedServiceImplementation);
    const keys = [{ cert_chain: Buffer.from(pair.chain), private_key: Buffer.from(pair.key) }];
    const credentials = grpc.ServerCredentials.createSsl(null, keys);
    const port = await new Promise<number>((resolve, reject) => {
      server.#grpc.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    server.address = `127.0.0.1:${port}`;
    return server;
  }

  #enroll: AgentServiceHandlers["Enroll"] = ({ request }, callback) => {
    this.asked.push(request.joinToken);
    if (this.used.has(request.joinToken)) {
      const message = "the join token was used already";
      callback(
        errors.toStatus(new KeyholdError({ code: "unauthenticated", message, next: "make a new one" })),
      );
      return;
    }
    this.used.add(request.joinToken);
    const node = { ...childName("acme", "nodes", request.hostName), uid: "u" };
    const issued = issueNodeCertificate(this.authority, node, publicKeyOfRequest(request.certificateRequest));
    const caCertificate = this.authority.certificate;
    callback(null, { node: node.name, certificate: issued.pem, caCertificate, nodePort: 7444 });
  };

  /** To this server every node is a revoked one, unless told otherwise. */
  refusal = new KeyholdError({
    code: "denied",
    message: "node build-1 is revoked",
    next: "join this host again",
  });

  #reenroll: AgentServiceHandlers["Reenroll"] = (_call, callback) => {
    callback(errors.toStatus(this.refusal));
  };

  token(caHash = this.authority.hash()): string {
    return formatJoinToken({ random: crypto.getRandomValues(Buffer.alloc(32)), caHash });
  }

  close() {
    this.#grpc.forceShutdown();
  }
}

/** Takes connections, and never says anything. */
async function silentServer(): Promise<AsyncDisposable & { readonly address: string }> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}

let base: string;
let directory: string;
let server: Server;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "keyhold-enrol-"));
  directory = join(base, "state");
  server = await Server.open(join(base, "server"));
});
afterEach(async () => {
  server.close();
  await rm(base, { recursive: true });
});

const options = (joinToken: string, address = server.address) => {
  return { server: address, joinToken, directory, hostName: "build-1", api, errors };
};
const ensure = (joinToken: string | undefined, more: object = {}) => {
  return ensureIdentity({ ...options(joinToken ?? ""), joinToken, log: silentLog, ...more });
};
const left = () => readdir(directory).catch(() => []);

describe("enrolling", () => {
  it("leaves a key only its owner can read and a certificate for it, which the next start loads", async () => {
    const identity = await enrol(options(server.token()));
    expect((await left()).sort()).toEqual(["ca.crt", "node.crt", "node.json", "node.key"]);
    expect((await stat(join(directory, "node.key"))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(directory, "node.json"), "utf8"))).toEqual({
      server: server.address,
      node: "organizations/acme/nodes/build-1",
      nodePort: 7444,
    });
    const loaded = await loadIdentity(directory);
    expect(loaded).toMatchObject({ node: identity.node, ca: identity.ca });
    expect(certificateHash(loaded!.ca)).toEqual(server.authority.hash());
    const certificate = new X509Certificate(loaded!.certificate);
    expect(certificate.publicKey.equals(createPublicKey(loaded!.key))).toBe(true);
  });

  it("does not send the token to a server that shows another CA", async () => {
    const other = server.token(Buffer.alloc(32, 7));
    await expect(enrol(options(other))).rejects.toMatchObject({
      code: "denied",
      message: expect.stringMatching(/does not show the CA .* the token was not sent/),
    });
    expect(server.asked).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it("does not send the token to a server whose own certificate the CA did not sign", async () => {
    const impostor = await Server.open(join(base, "impostor"));
    const honest = impostor.authority;
    impostor.close();
    // Shows the right CA behind a certificate that another CA signed.
    const mixed = join(base, "mixed");
    await mkdir(mixed);
    const foreign = await openCertificateAuthority(mixed);
    const pair = await openServerCertificate({
      directory: mixed,
      authority: foreign,
      hostName: "",
      names: [],
    });
    const grpcServer = new grpc.Server();
    const asked: string[] = [];
    grpcServer.addService(api.AgentService.service, {
      Enroll: ({ request }, callback) => {
        asked.push(request.joinToken);
        callback(null, {});
      },
    } as Partial<AgentServiceHandlers> as grpc.UntypedServiceImplementation);
    const leaf = pair.chain.slice(0, pair.chain.length - foreign.certificate.length);
    const keys = [{ cert_chain: Buffer.from(leaf + honest.certificate), private_key: Buffer.from(pair.key) }];
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createSsl(null, keys);
      grpcServer.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    await expect(enrol(options(server.token(honest.hash()), `127.0.0.1:${port}`))).rejects.toBeInstanceOf(
      KeyholdError,
    );
    expect(asked).toEqual([]);
    expect(await left()).toEqual([]);
    grpcServer.forceShutdown();
  });

  it("says what the server said of a used token, and leaves nothing", async () => {
    const token = server.token();
    server.used.add(token);
    await expect(enrol(options(token))).rejects.toMatchObject({
      code: "unauthenticated",
      message: "the join token was used already",
      next: "make a new one",
    });
    expect(await left()).toEqual([]);
  });

  it("does not use up the token where nothing can be written", async () => {
    await writeFile(directory, "a file where the directory should be");
    await expect(enrol(options(server.token()))).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining(directory),
      next: expect.stringContaining("--state"),
    });
    expect(server.asked).toEqual([]);
  });

  it.each([
    ["a mistyped token", { joinToken: "khj_nonsense" }, "invalid", /join token is mistyped/],
    ["an address without a port", { server: "localhost" }, "invalid", /"localhost" is not an address/],
    [
      "a port where nothing listens",
      { server: "127.0.0.1:1" },
      "unavailable",
      /127\.0\.0\.1:1: nothing listens/,
    ],
  ])("names %s", async (_, wrong, code, message) => {
    const given = { ...options(server.token()), ...wrong };
    await expect(enrol(given)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await left()).toEqual([]);
  });

  it("names a port that speaks no TLS", async () => {
    const plain = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(plain, "listening");
    const address = `127.0.0.1:${(plain.address() as { port: number }).port}`;
    await expect(enrol(options(server.token(), address))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(address),
    });
    plain.close();
  });
});

describe("an agent's start", () => {
  it("uses the identity that is there and leaves the token unused, saying so", async () => {
    const first = await ensure(server.token());
    server.refusal = new KeyholdError({ code: "unavailable", message: "not now" });
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => lines.push(line) });
    const second = await ensure(server.token(), { log });
    expect(second.certificate).toBe(first.certificate);
    expect(server.asked).toHaveLength(1);
    expect(lines.join()).toContain("the join token was not used");
  });

  it("joins again with a token where the node that it was is revoked, and says that it is another one", async () => {
    const first = await ensure(server.token());
    const joined = vi.fn(async () => undefined);
    const second = await ensure(server.token(), { joined });
    expect(second.certificate).not.toBe(first.certificate);
    expect(server.asked).toHaveLength(2);
    expect(joined).toHaveBeenCalledTimes(1);
    expect((await ensure(undefined)).certificate).toBe(second.certificate);
  });

  it("goes to the servers it is told, and remembers them, saying so", async () => {
    await ensure(server.token());
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => lines.push(line) });
    const moved = `127.0.0.1:1,${server.address}`;
    expect((await ensure(undefined, { server: moved, log })).server).toBe(moved);
    expect(lines.join()).toContain("The addresses of the control plane are changed");
    expect((await ensure(undefined, { server: undefined })).server).toBe(moved);
  });

  it("enrolls at the first of several servers that answers", async () => {
    const identity = await ensure(server.token(), { server: `127.0.0.1:1,${server.address}` });
    expect(identity.server).toBe(`127.0.0.1:1,${server.address}`);
  });

  it("without identity and token says how to get them", async () => {
    await expect(ensure(undefined)).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringContaining("not enrolled"),
      next: expect.stringContaining("--join"),
    });
  });

  it("with an expired certificate that is not replaced says so, and enrols again with a new token", async () => {
    const first = await ensure(server.token());
    const now = () => Date.now() + 2 * DAY;
    await expect(ensure(undefined, { now })).rejects.toMatchObject({
      code: "denied",
      message: "node build-1 is revoked",
      next: "join this host again",
    });
    const second = await ensure(server.token(), { now });
    expect(second.certificate).not.toBe(first.certificate);
    expect((await loadIdentity(directory))?.certificate).toBe(second.certificate);
  });

  it("starts with an expired certificate where the control plane accepts and says nothing", async () => {
    const first = await ensure(server.token());
    await using silent = await silentServer();
    const more = { now: () => Date.now() + 2 * DAY, server: silent.address, patience: 200 };
    expect((await ensure(undefined, more)).certificate).toBe(first.certificate);
    // Less than a call may take by itself.
  }, 8_000);

  it.each([
    ["may pass, as a clock that is wrong still after a boot", true],
    ["does not pass, as that of a node that was joined anew elsewhere", false],
  ])("with an expired certificate and a refusal that %s", async (_what, retryable) => {
    const first = await ensure(server.token());
    server.refusal = new KeyholdError({ code: "unauthenticated", message: "not now", retryable });
    const second = ensure(undefined, { now: () => Date.now() + 2 * DAY });
    if (retryable) expect((await second).certificate).toBe(first.certificate);
    else await expect(second).rejects.toMatchObject({ code: "unauthenticated", message: "not now" });
  });

  it("keeps an expired identity when enrolling again fails", async () => {
    const first = await ensure(server.token());
    const used = server.token();
    server.used.add(used);
    await expect(ensure(used, { now: () => Date.now() + 2 * DAY })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect((await loadIdentity(directory))?.certificate).toBe(first.certificate);
  });

  it("takes files without node.json for an enrolment that was cut off, and enrols", async () => {
    await ensure(server.token());
    await rm(join(directory, "node.json"));
    expect((await ensure(server.token())).node).toBe("organizations/acme/nodes/build-1");
  });

  it.each([
    ["node.key", "", /node\.key is not a private key/],
    ["node.crt", "x", /node\.crt is not a certificate/],
    ["node.json", "{", /node\.json is not JSON/],
    ["node.json", "{}", /node\.json lacks server/],
  ])("names a broken %s", async (file, text, message) => {
    await ensure(server.token());
    await chmod(join(directory, file), 0o600);
    await writeFile(join(directory, file), text);
    await expect(ensure(undefined)).rejects.toMatchObject({
      code: "failed",
      message: expect.stringMatching(message),
    });
  });

  it("names a key that belongs to another certificate", async () => {
    await ensure(server.token());
    const key = await readFile(join(directory, "node.key"));
    await rm(join(directory, "node.json"));
    await ensure(server.token());
    await writeFile(join(directory, "node.key"), key);
    await expect(ensure(undefined)).rejects.toMatchObject({
      message: expect.stringMatching(/node\.key does not belong to node\.crt/),
    });
  });
});
