import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World } from "../api/world.ts";
import { ORG, TestAgent } from "./world.ts";

/* What people type to place a workspace, and to agree to it. */

const MAIN = new URL("../../../cli/main.ts", import.meta.url).pathname;

let world: World;
let home: string;
let agent: TestAgent;
let tokens: Record<"adam" | "alice", string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "keyhold-placement-cli-"));
  world = await World.start();
  tokens = await world.populate({ adam: "admin", alice: "project-member" });
  agent = await (await TestAgent.enrolled(world, { nodeId: "build-1", claimAny: false })).run();
});
afterAll(async () => {
  await agent.remove();
  await world[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

function typed(token: string, line: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const { server } = world;
  const session = { KEYHOLD_SERVER: server.apiAddress, KEYHOLD_CA_FILE: server.caFile, KEYHOLD_TOKEN: token };
  const env = { PATH: process.env.PATH ?? "", HOME: home, ...session };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...line.split(" ")], { env }, (failure, stdout, stderr) => {
      resolve({ stdout, stderr, code: failure === null ? 0 : Number(failure.code) });
    });
  });
}
const adam = (line: string) => typed(tokens.adam, line);
const alice = (line: string) => typed(tokens.alice, line);
const owner = (line: string) => typed(world.owner, line);

describe("keyhold workspace", () => {
  it("is placed by an admin, and shows its owner by whom; the owner confirms where it has to be", async () => {
    expect((await owner("org update acme --placement owner-confirms")).code).toBe(0);
    expect((await adam("org update acme --placement anyone")).code).toBe(3);
    expect((await owner("org get acme")).stdout).toMatch(/^Placement:? +owner-confirms/m);
    expect((await alice("workspace create acme/ws-1 --owner alice --project web")).code).toBe(0);
    expect((await alice("workspace update acme/ws-1 --node build-1")).code).toBe(3);
    const placed = await adam("workspace update acme/ws-1 --node build-1");
    expect(placed.stderr).toContain("updated workspace acme/workspaces/ws-1");
    const shown = (await alice("workspace get acme/ws-1")).stdout;
    expect(shown).toMatch(/^Placed by:? +acme\/users\/adam$/m);
    expect(shown).toMatch(/^Confirmed:? +no, .*keyhold workspace confirm acme\/workspaces\/ws-1$/m);
    const explained = await alice("explain acme/workspaces/ws-1");
    expect(explained.stderr).toContain(
      "without the secrets of acme/users/alice: Withheld until acme/users/alice confirms",
    );
    expect((await adam("workspace confirm acme/ws-1")).code).toBe(3);
    const confirmed = await alice("workspace confirm acme/ws-1");
    expect(confirmed.stderr).toContain(
      "confirmed that acme/workspaces/ws-1 runs on acme/nodes/build-1, where acme/users/adam placed it",
    );
    expect((await alice("workspace get acme/ws-1")).stdout).toMatch(/^Confirmed:? +\d{4}-/m);
    expect((await alice("explain acme/workspaces/ws-1")).stderr).not.toContain("Withheld");
  });

  it("can be moved, handed on and renamed, and says so when nothing is to be changed", async () => {
    expect((await alice("workspace update acme/ws-1 --no-project --display-name mine")).code).toBe(0);
    expect(JSON.parse((await alice("workspace get acme/ws-1 --json")).stdout)).toMatchObject({
      ...{ displayName: "mine", node: `${ORG}/nodes/build-1` },
    });
    expect((await alice("workspace get acme/ws-1")).stdout).toMatch(/^Project:? +-$/m);
    expect((await adam("workspace update acme/ws-1 --no-node")).code).toBe(0);
    expect((await alice("workspace get acme/ws-1")).stdout).toMatch(/^Node:? +-$/m);
    expect((await adam("workspace update acme/ws-1 --owner adam")).code).toBe(0);
    expect((await alice("workspace get acme/ws-1")).code).toBe(4);
    expect((await adam("workspace update acme/ws-1")).stderr).toContain("no option says what to change");
  });

  it("says why it is missing its project, and what to do", async () => {
    expect((await alice("workspace create acme/ws-2 --owner alice --project web")).code).toBe(0);
    await world.dismiss("alice");
    const { stderr } = await alice("explain acme/workspaces/ws-2");
    expect(stderr).toContain(
      "without the secrets of acme/projects/web: acme/users/alice owns this workspace",
    );
    expect(stderr).toContain("keyhold member add acme/projects/web alice --role member");
    const refused = await alice("workspace create acme/ws-3 --owner alice --project web");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("keyhold member add acme/projects/web alice --role member");
  });
});

describe("keyhold node", () => {
  it("makes tokens whose nodes claim any workspace, and shows which do", async () => {
    const { stdout } = await adam("node join-token acme --name claimer --claim-any");
    const claimer = await TestAgent.onFreshHost();
    await claimer.identify(world, stdout.trim());
    await claimer.remove();
    expect((await adam("node get acme/claimer")).stdout).toMatch(/^Claims:? +any workspace$/m);
    expect((await adam("node get acme/build-1")).stdout).toMatch(/^Claims:? +workspaces of its projects$/m);
  });
});
