import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrol } from "../../../agent/identity/enrol.ts";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { explainFailure } from "../../../common/grpc/wrong-port.ts";
import { World } from "../api/world.ts";
import { joinToken } from "../nodes/world.ts";

const definition = loadDefinition();
let world: World;
let directory: string;
beforeAll(async () => {
  world = await World.start();
  await world.populate({});
  directory = await mkdtemp(join(tmpdir(), "keyhold-port-"));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const PORTS = [
  ["the agents' port", () => world.server.nodeAddress, "this is the node port"],
  ["the HTTP port", () => world.server.httpAddress, "this port does not speak TLS; it may be the HTTP port"],
] as const;

describe.each(PORTS)("%s in place of the API port", (_, address, said) => {
  const expected = () => ({
    code: "unavailable",
    message: expect.stringContaining(`cannot reach the control plane at ${address()}: ${said}`),
    next: expect.stringContaining("give the API port, 7443"),
  });

  test("is named by the command line", async () => {
    const api = connectGrpc({ server: address(), ca: world.ca.toString(), token: world.owner });
    await expect(api.call("TokenService", "GetIdentity", {})).rejects.toMatchObject(expected());
    api.close();
  });

  test("is named by agent start", async () => {
    const host = { directory, hostName: "x", api: loadApi(definition), errors: new StatusCodec(definition) };
    const token = await joinToken(world, { nodeId: "wrong-port" });
    await expect(enrol({ ...host, server: address(), joinToken: token })).rejects.toMatchObject(expected());
  });
});

describe("a connection that fails", () => {
  test("for a name that the certificate does not have says which server option adds it", () => {
    const words =
      "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: IP: 0.0.0.0 is not in the cert's list: 127.0.0.1";
    expect(explainFailure(words)).toEqual({
      reason: "its certificate does not have this name; it has: 127.0.0.1",
      next: expect.stringContaining("keyhold server start --name"),
    });
  });

  test("because of a proxy names the variables", () => {
    expect(explainFailure("undefined")?.reason).toContain("https_proxy");
    expect(explainFailure("connect ECONNREFUSED 127.0.0.1:1")).toBeUndefined();
  });

  test("does not pass a proxy on the way to this machine itself", async () => {
    const before = process.env.http_proxy;
    process.env.http_proxy = "http://127.0.0.1:9";
    try {
      const session = { server: world.server.apiAddress, ca: world.ca.toString(), token: world.owner };
      const api = connectGrpc(session);
      await expect(api.call("TokenService", "GetIdentity", {})).resolves.toBeDefined();
      api.close();
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });
});
