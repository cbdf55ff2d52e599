import { Client } from "@grpc/grpc-js";
import { service as healthDefinition } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { codeOf, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world[Symbol.asyncDispose]());

const http = (path: string, init?: RequestInit) => fetch(`http://${world.server.httpAddress}${path}`, init);

describe("TLS on the API port", () => {
  it("is refused by who trusts another CA", async () => {
    const other = await World.start();
    const ca = other.ca;
    await other[Symbol.asyncDispose]();
    const { apiAddress } = world.server;
    const channel = serverOnly(apiAddress, ca);
    const client = new Client(apiAddress, channel.credentials, channel.options);
    const failure = await check(client).catch((thrown: Error) => thrown.message);
    expect(failure).toMatch(/certificate|signature/i);
    client.close();
  });
});

describe("gRPC health", () => {
  it("answers without a token, for the server and for each service", async () => {
    const { apiAddress } = world.server;
    const channel = serverOnly(apiAddress, world.ca);
    const client = new Client(apiAddress, channel.credentials, channel.options);
    expect(await check(client)).toEqual({ status: "SERVING" });
    expect(await check(client, "keyhold.v1.SecretService")).toEqual({ status: "SERVING" });
    await expect(check(client, "keyhold.v1.Nothing")).rejects.toThrow("NOT_FOUND");
    client.close();
  });
});

describe("the HTTP port", () => {
  it("says that the server is alive and ready", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const response = await http(path);
      expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    }
    expect((await http("/nothing")).status).toBe(404);
  });

  const post = async (method: string, body: unknown, token: string | undefined = world.owner) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await http(`/api/keyhold.v1.${method}`, { method: "POST", headers, body: text });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it("answers the same methods in proto3 JSON: base64, RFC 3339, masks and 64-bit numbers as text", async () => {
    const made = await post("OrganizationService/CreateOrganization", { organizationId: "json" });
    expect(made).toMatchObject({ status: 200, body: { name: "organizations/json", creator: "users/owner" } });
    expect(made.body.createTime).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const value = Buffer.from("s3cret").toString("base64");
    const secret = { kind: "SECRET_KIND_FILE", value, mode: 0o440 };
    const written = await post("SecretService/CreateSecret", {
      parent: "organizations/json",
      secretId: "K",
      secret,
    });
    expect(written).toMatchObject({
      status: 200,
      body: { version: "1", size: "6", kind: "SECRET_KIND_FILE" },
    });
    expect(written.body).not.toHaveProperty("value");
    const name = "organizations/json/secrets/K";
    const masked = { secret: { name, ownerUid: 7, path: "/x" }, updateMask: "ownerUid" };
    expect((await post("SecretService/UpdateSecret", masked)).body).toMatchObject({
      ownerUid: 7,
      path: "/run/secrets/K",
    });
    expect((await post("SecretService/AccessSecret", { name })).body).toEqual({ name, version: "1", value });
    const join = await post("NodeService/CreateJoinToken", { parent: "organizations/json", ttl: "60s" });
    expect(join.body.joinToken).toMatch(/^khj_/);
  });

  it("answers errors as code, message and details, with the status of HTTP that fits", async () => {
    const anonymous = await post("SecretService/ListSecrets", { parent: "organizations/json" }, "");
    expect([anonymous.status, anonymous.body.code]).toEqual([401, "unauthenticated"]);
    const missing = await post("OrganizationService/GetOrganization", { name: "organizations/none" });
    expect([missing.status, missing.body.code]).toEqual([404, "not-found"]);
    const field = await post("OrganizationService/GetOrganization", { nmae: "organizations/none" });
    expect(field).toMatchObject({ status: 400, body: { code: "invalid", details: { field: "nmae" } } });
    const elsewhere = await post("AgentService/Renew", {});
    expect([elsewhere.status, elsewhere.body.code]).toEqual([501, "unimplemented"]);
    expect((await post("SecretService/Nothing", {})).status).toBe(404);
    expect((await post("SecretService/toString", {})).status).toBe(404);
    const broken = await post("SecretService/ListSecrets", '{"value": "hunter2" oops}');
    expect(broken.status).toBe(400);
    expect(JSON.stringify(broken.body)).not.toContain("hunter2");
  });

  it("does not swallow a body without end", async () => {
    const huge = await post("SecretService/ListSecrets", "x".repeat(3 * 1024 * 1024)).catch(() => ({
      status: 429,
    }));
    expect(huge.status).toBe(429);
    expect(await codeOf(world.call(world.owner, "TokenService/GetIdentity"))).toBe("ok");
  });
});

function check(client: Client, service = ""): Promise<unknown> {
  const method = healthDefinition.Check!;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      { service },
      { deadline: Date.now() + 5000 },
      (failure, response) => (failure === null ? resolve(response) : reject(failure)),
    );
  });
}
