import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { World } from "../api/world.ts";
import { TestAgent } from "./world.ts";

const MAIN = new URL("../../../cli/main.ts", import.meta.url).pathname;

let world: World;
let home: string;
let agent: TestAgent;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "keyhold-nodes-cli-"));
  world = await World.start();
  await world.populate({ alice: "member" });
  const projects = ["organizations/acme/projects/web"];
  agent = await (await TestAgent.enrolled(world, { nodeId: "build-1", projects })).run();
  const containers = [{ containerId: "a", state: "RUNNING" as const }];
  await vi.waitFor(() => expect(agent.session.report({ complete: true, containers })).toBe(true));
});
afterAll(async () => {
  await agent.remove();
  await world[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

function keyhold(...words: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const { server, owner } = world;
  const session = { KEYHOLD_SERVER: server.apiAddress, KEYHOLD_CA_FILE: server.caFile, KEYHOLD_TOKEN: owner };
  const env = { PATH: process.env.PATH ?? "", HOME: home, ...session };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (failure, stdout, stderr) => {
      resolve({ stdout, stderr, code: failure === null ? 0 : Number(failure.code) });
    });
  });
}

describe("keyhold node", () => {
  it("lists state, containers, projects, last contact, certificate and version", async () => {
    const { stdout } = await keyhold("node", "list", "acme");
    const time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC";
    expect(stdout).toMatch(
      new RegExp(`^acme/nodes/build-1 +connected +1 +acme/projects/web +${time} +${time} +1\\.2\\.3`, "m"),
    );
  });

  it("get shows one host, and says of one that is not there that it is not", async () => {
    expect((await keyhold("node", "get", "acme/build-1")).stdout).toMatch(/State:? +connected/);
    expect((await keyhold("node", "get", "acme/build-9")).code).toBe(4);
  });

  it("update enrolls it for more projects and for fewer", async () => {
    expect((await keyhold("project", "create", "acme/api")).code).toBe(0);
    const more = await keyhold("node", "update", "acme/build-1", "--add-project", "api", "acme/projects/web");
    expect(more.stderr).toContain("acme/nodes/build-1 is enrolled for acme/projects/api, acme/projects/web");
    const fewer = await keyhold("node", "update", "acme/build-1", "--remove-project", "api");
    expect(fewer.stderr).toContain("acme/nodes/build-1 is enrolled for acme/projects/web");
    const nothing = await keyhold("node", "update", "acme/build-1");
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining("--add-project PROJECT") });
  });

  it("revoke says what happens to the containers, and how to let the host in again", async () => {
    const { stderr, code } = await keyhold("node", "revoke", "acme/build-1");
    expect(code).toBe(0);
    expect(stderr).toContain("revoked acme/nodes/build-1: its agent is cut off");
    expect(stderr).toContain("1 container there keeps running with the values it has");
    expect(stderr).toContain("keyhold node join-token acme --name build-1");
    expect((await keyhold("node", "list", "acme")).stdout).toMatch(/^acme\/nodes\/build-1 +revoked +1 /m);
  });
});
