import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DockerEngine } from "../../../agent/engine/docker/api/docker-engine.ts";
import { readEngineContainers, readEngineInfo } from "../../../agent/engine/docker/api/engine-info.ts";

/*
 * An engine of Docker 29 refuses clients that ask for an API below 1.44, and an old one those that ask for a newer API. The agent
 * asks without a version, and takes what the engine has.
 */

const ANSWERS: Readonly<Record<string, unknown>> = {
  "/containers/json": [{ Id: "a", Names: ["/web"], State: "running", Status: "Up 3 seconds", Labels: {} }],
  "/containers/a/json": {
    State: { Status: "exited", Error: "", ExitCode: 0 },
    ...{ RestartCount: 0, HostConfig: { Runtime: "runc", AutoRemove: true }, Config: {} },
  },
  "/info": {
    DockerRootDir: "/d",
    Runtimes: {},
    DefaultRuntime: "runc",
    CgroupDriver: "systemd",
    SecurityOptions: [],
  },
  "/version": { Version: "29.0.0", ApiVersion: "1.52" },
};

let directory: string;
let socketPath: string;
let close: () => Promise<void>;
const asked: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-api-"));
  socketPath = join(directory, "docker.sock");
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    asked.push(path);
    const version = /^\/v(\d+)\.(\d+)\//.exec(path);
    response.statusCode = version === null ? 200 : 400;
    const refusal = { message: "client version is too old. Minimum supported API version is 1.44" };
    response.end(JSON.stringify(version === null ? (ANSWERS[path] ?? {}) : refusal));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await close();
  await rm(directory, { recursive: true });
});

test("every question to the engine is one without a version, whatever the environment says", async () => {
  vi.stubEnv("DOCKER_API_VERSION", "1.41");
  const engine = new DockerEngine({ socketPath });
  expect((await engine.list()).map(({ name }) => name)).toEqual(["web"]);
  expect(await engine.runtimeOf("a")).toBe("runc");
  expect(await engine.factsOf("a")).toEqual({ autoRemove: true });
  expect(await engine.lastStart("a")).toMatchObject({ status: "exited" });
  for (const outcome of [engine.start("a"), engine.restart("a", 1), engine.kill("a", "SIGHUP")])
    expect(await outcome).toBe("done");
  expect(await readEngineInfo(socketPath)).toMatchObject({ version: "29.0.0", defaultRuntime: "runc" });
  expect(await readEngineContainers(socketPath)).toHaveLength(1);
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.filter((path) => path.startsWith("/v1"))).toEqual([]);
});
