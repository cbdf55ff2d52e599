import { request as httpRequest } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { Client } from "@grpc/grpc-js";
import { service as health } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOnly } from "../../common/grpc/channel.ts";
import {
  ANONYMOUS_CALLS,
  ANONYMOUS_REQUEST,
  API_CONNECTIONS,
  STREAMS_PER_CONNECTION,
} from "../../controlplane/api/peers/limits.ts";
import { World } from "../integration/api/world.ts";

const MIB = 1024 * 1024;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNAUTHENTICATED = 16;

let world: World;
let member: string;
beforeAll(async () => {
  world = await World.start();
  ({ mallory: member } = await world.populate({ mallory: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

/** HTTP/2 by hand: what a client library would not let an attacker do. */
async function session(): Promise<ClientHttp2Session> {
  // Its own limit would stop it from queueing so much.
  const options = { ca: world.ca, maxSessionMemory: 1000 };
  const opened = connectHttp2(`https://${world.server.apiAddress}`, options);
  await new Promise((resolve) => opened.once("remoteSettings", resolve));
  return opened;
}

function open(
  over: ClientHttp2Session,
  method: string,
  headers: Record<string, string> = {},
): ClientHttp2Stream {
  const path = `/keyhold.v1.${method}`;
  const all = {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  };
  const stream = over.request(all, { endStream: false });
  stream.on("error", () => undefined);
  return stream;
}

/** The first bytes of a message that is announced with this length. */
function announced(bytes: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes, 1);
  return head;
}

async function statusOf(stream: ClientHttp2Stream): Promise<{ code: number; message: string }> {
  const headers = await new Promise<Record<string, unknown>>((resolve) => {
    stream.once("response", (first) => {
      if (first["grpc-status"] !== undefined) resolve(first);
    });
    stream.once("trailers", resolve);
  });
  return { code: Number(headers["grpc-status"]), message: decodeURI(String(headers["grpc-message"])) };
}

describe("an outsider who fills the memory of the API port", () => {
  it("is answered to 40 unfinished calls before any of their 4 MiB is taken", async () => {
    const over = await session();
    const streams = Array.from({ length: 40 }, () => open(over, "SecretService/CreateSecret"));
    for (const stream of streams) {
      stream.write(announced(4 * MIB - 64));
      stream.write(Buffer.alloc(MIB, 0x41));
    }
    const codes = (await Promise.all(streams.map(statusOf))).map(({ code }) => code);
    expect(codes.filter((code) => code !== UNAUTHENTICATED && code !== RESOURCE_EXHAUSTED)).toEqual([]);
    over.destroy();
  });

  it("gets no more than 100 calls on one connection", async () => {
    const over = await session();
    expect(over.remoteSettings.maxConcurrentStreams).toBe(STREAMS_PER_CONNECTION);
    over.destroy();
  });

  it("may send 64 KiB to the methods that take no token, and is told limit and size beyond it", async () => {
    const over = await session();
    const stream = open(over, "AgentService/Enroll");
    stream.write(announced(ANONYMOUS_REQUEST + 1));
    const { code, message } = await statusOf(stream);
    expect(code).toBe(RESOURCE_EXHAUSTED);
    expect(message).toContain(String(ANONYMOUS_REQUEST));
    expect(message).toContain(String(ANONYMOUS_REQUEST + 1));
    over.destroy();
  });

  it("holds a bounded number of connections, the newest ones, while others get in", async () => {
    const [host = "", port] = world.server.apiAddress.split(":");
    const open = new Set<Socket>();
    const wanted = API_CONNECTIONS.unidentifiedPerAddress + 40;
    for (let index = 0; index < wanted; index += 1) {
      const socket = connect({ host, port: Number(port) });
      open.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => open.delete(socket));
      await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
    }
    await expect
      .poll(() => open.size, { timeout: 20_000 })
      .toBeLessThanOrEqual(API_CONNECTIONS.unidentifiedPerAddress);
    expect(open.size).toBeGreaterThan(0);
    expect(await world.call(member, "TokenService/GetIdentity")).toMatchObject({
      principal: "organizations/acme/users/mallory",
    });
    for (const socket of open) socket.destroy();
    const metrics = await (await fetch(`http://${world.server.httpAddress}/metrics`)).text();
    expect(metrics).toMatch(/keyhold_connections_refused_total\{port="api",reason="unidentified"\} [1-9]/);
  });

  it("watches the server's health with a bounded number of streams", async () => {
    const { apiAddress } = world.server;
    const channel = serverOnly(apiAddress, world.ca);
    const client = new Client(apiAddress, channel.credentials, channel.options);
    const watch = health.Watch;
    if (watch === undefined) throw new Error("the health service has no Watch");
    const { path, requestSerialize, responseDeserialize } = watch;
    const codes: number[] = [];
    const wanted = ANONYMOUS_CALLS.perAddress + 10;
    let told = 0;
    const streams = Array.from({ length: wanted }, () => {
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
        service: "",
      });
      stream.on("error", ({ code }: { code: number }) => codes.push(code));
      stream.once("data", () => {
        told += 1;
      });
      return stream;
    });
    await expect.poll(() => told + codes.length, { timeout: 20_000 }).toBe(wanted);
    expect(told).toBe(ANONYMOUS_CALLS.perAddress);
    expect(codes).toEqual(Array(10).fill(RESOURCE_EXHAUSTED));
    for (const stream of streams) stream.cancel();
    client.close();
  });
});

describe("an outsider who fills the memory of the HTTP port", () => {
  it("is refused before the body has come", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; connection: string }>();
    const request = httpRequest(
      `http://${world.server.httpAddress}/api/keyhold.v1.SecretService/CreateSecret`,
      { method: "POST", headers: { "content-length": String(2 * MIB) } },
      ({ statusCode = 0, headers }) =>
        resolve({ status: statusCode, connection: String(headers.connection) }),
    );
    request.on("error", reject);
    request.write("{");
    const { status, connection } = await promise;
    expect(status).toBeOneOf([401, 429]);
    expect(connection).toBe("close");
    request.destroy();
  });

  it("may send 64 KiB to the methods that take no token", async () => {
    const url = `http://${world.server.httpAddress}/api/keyhold.v1.AgentService/Enroll`;
    const body = JSON.stringify({ joinToken: "x".repeat(2 * ANONYMOUS_REQUEST) });
    const response = await fetch(url, { method: "POST", body });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({
      code: "exhausted",
      message: expect.stringMatching(/limit .* \d+/),
    });
  });
});

describe("a member who sends requests that never end", () => {
  it("is told so after ten seconds, and nothing of them is kept", async () => {
    const over = await session();
    const stream = open(over, "SecretService/GetSecret", { authorization: `Bearer ${member}` });
    stream.write(announced(1000));
    const { code, message } = await statusOf(stream);
    expect(code).toBe(DEADLINE_EXCEEDED);
    expect(message).toContain("was not sent within 10 s");
    over.destroy();
  });

  it("holds no more than 8 MiB of them, over all connections", async () => {
    const overs = await Promise.all([session(), session()]);
    const body = Buffer.alloc(1.9 * MIB, 0x41);
    let written = 0;
    for (const over of overs) {
      for (let index = 0; index < 5; index += 1) {
        const stream = open(over, "SecretService/CreateSecret", { authorization: `Bearer ${member}` });
        stream.write(announced(2 * MIB - 64));
        stream.write(body, () => {
          written += 1;
        });
      }
    }
    // Four of them fit; of the others the server takes no more than HTTP/2's window.
    await expect.poll(() => written, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    await world.call(world.owner, "TokenService/GetIdentity");
    expect(written).toBeLessThanOrEqual(4);
    for (const over of overs) over.destroy();
  });
});
