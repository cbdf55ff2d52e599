import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificateRequest } from "../../../agent/identity/certificate-request.ts";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { formatJoinToken, parseJoinToken } from "../../../common/join-token.ts";
import { FAILURES } from "../../../controlplane/identity/rate-limit.ts";
import { newToken } from "../../../controlplane/identity/token.ts";
import { codeOf, World } from "../api/world.ts";

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world[Symbol.asyncDispose]());

const whoAmI = (token: string | undefined) => world.call(token, "TokenService/GetIdentity");
const counter = async (name: string) => {
  const text = await (await fetch(`http://${world.server.httpAddress}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text.replaceAll(/[{}]/g, "."))?.[1]);
};

async function codesOf(times: number, attempt: () => Promise<unknown>): Promise<string[]> {
  const codes: string[] = [];
  for (let count = 0; count < times; count += 1) codes.push(await codeOf(attempt()));
  return codes;
}

describe("guessing API tokens", () => {
  it("ends in RESOURCE_EXHAUSTED, while a valid token from the same address goes on working", async () => {
    const codes = await codesOf(FAILURES.burst + 5, () => whoAmI(newToken().secret));
    expect(codes.slice(0, FAILURES.burst)).toEqual(Array(FAILURES.burst).fill("unauthenticated"));
    expect(new Set(codes.slice(FAILURES.burst + 1))).toEqual(new Set(["exhausted"]));
    expect(await codeOf(whoAmI(world.owner))).toBe("ok");
    const said = world.lines.filter((line) => line.includes("Too many failed sign-ins"));
    expect(said).toHaveLength(1);
    const refusals = world.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "Call refused");
    expect(refusals.filter(({ level }) => level === "info").length).toBeLessThanOrEqual(FAILURES.burst + 1);
    expect(await counter('keyhold_auth_failures_total.credential="token".')).toBe(codes.length);
    expect(await counter('keyhold_auth_rate_limited_total.credential="token".')).toBeGreaterThanOrEqual(4);
  });

  it("says when to come back: RetryInfo in gRPC, seconds in JSON, over both ports together", async () => {
    await codesOf(FAILURES.burst, () => whoAmI(newToken().secret));
    const response = await fetch(
      `http://${world.server.httpAddress}/api/keyhold.v1.TokenService/GetIdentity`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${newToken().secret}` },
      },
    );
    const body = (await response.json()) as { code: string; details: { retryAfterSeconds: number } };
    expect([response.status, body.code]).toEqual([429, "exhausted"]);
    expect(body.details.retryAfterSeconds).toBeGreaterThan(0);
    expect(body.details.retryAfterSeconds).toBeLessThanOrEqual(FAILURES.refill / 1000);
    expect(await retryDelay(newToken().secret)).toBeGreaterThan(0);
  });

  it("does not count who shows nothing at all", async () => {
    await codesOf(FAILURES.burst + 5, () => whoAmI(undefined));
    expect(await codeOf(whoAmI(newToken().secret))).toBe("unauthenticated");
  });
});

describe("guessing join tokens", () => {
  it("ends in RESOURCE_EXHAUSTED, while a valid join token from the same address goes on working", async () => {
    await world.populate({});
    const made = await world.call<{ joinToken: string }>(world.owner, "NodeService/CreateJoinToken", {
      parent: "organizations/acme",
    });
    const { caHash } = parseJoinToken(made.joinToken);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    const csr = certificateRequest(privateKey, publicKey, "build-1");
    const enroll = (joinToken: string) =>
      world.call(undefined, "AgentService/Enroll", {
        joinToken,
        hostName: "build-1",
        certificateRequest: csr,
      });
    const guess = () => enroll(formatJoinToken({ random: Buffer.from(newToken().hash, "hex"), caHash }));
    const codes = await codesOf(FAILURES.burst + 3, guess);
    expect(codes[0]).toBe("unauthenticated");
    expect(codes.at(-1)).toBe("exhausted");
    expect(await counter('keyhold_auth_failures_total.credential="request".')).toBe(codes.length);
    expect(await codeOf(enroll(made.joinToken))).toBe("ok");
  });
});

/** Seconds that google.rpc.RetryInfo asks to wait. */
async function retryDelay(token: string): Promise<number> {
  const definition = loadDefinition();
  const address = world.server.apiAddress;
  const channel = serverOnly(address, world.ca);
  const client = new Client(address, channel.credentials, channel.options);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  const empty = () => Buffer.alloc(0);
  const path = "/keyhold.v1.TokenService/GetIdentity";
  const failure = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(path, empty, empty, {}, metadata, (error) => resolve(error));
  });
  client.close();
  const decode = <T>(type: string, bytes: Buffer) =>
    (definition[type] as unknown as { deserialize(bytes: Buffer): T }).deserialize(bytes);
  const [bytes] = failure?.metadata.get("grpc-status-details-bin") ?? [];
  type Status = { details: { type_url: string; value: Buffer }[] };
  const { details } = decode<Status>("google.rpc.Status", bytes as Buffer);
  const info = details.find(({ type_url }) => type_url.endsWith("google.rpc.RetryInfo"));
  const delay = decode<{ retryDelay: { seconds: number } }>(
    "google.rpc.RetryInfo",
    Buffer.from(info?.value ?? []),
  );
  return Number(delay.retryDelay.seconds);
}
