import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, keyhold, type Outcome } from "./process.ts";
import { startWorld, type World } from "./world.ts";

let server: World;
let environment: Environment;

beforeAll(async () => {
  server = await startWorld();
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
});
afterAll(() => server.close());

const run = (line: string, more: Environment = {}): Promise<Outcome> =>
  keyhold(line.split(" "), { environment: { ...environment, ...more } });

describe("update", () => {
  it("renames projects, users and service accounts for people", async () => {
    await run("service-account create acme/ci");
    for (const what of [
      "project update acme/web",
      "user update acme/alice",
      "service-account update acme/ci",
    ]) {
      const updated = await run(`${what} --display-name Shop --json`);
      expect([what, updated.code]).toEqual([what, 0]);
      expect(JSON.parse(updated.stdout)).toMatchObject({ displayName: "Shop" });
      expect((await run(what.replace("update", "get"))).stdout).toMatch(/^Display name: +Shop$/m);
    }
    expect((await run("project update acme/web")).code).toBe(2);
  });

  it("changes and takes away a user's address, which only one user can have", async () => {
    await run("user create acme/bob --email bob@example.com");
    expect((await run("user update acme/alice --email alice@example.com")).code).toBe(0);
    expect((await run("user get acme/alice")).stdout).toContain("alice@example.com");
    const taken = await run("user update acme/alice --email BOB@example.com");
    expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("belongs to user bob")]);
    const own = { KEYHOLD_TOKEN: server.alice };
    expect((await run("user update acme/alice --email=", own)).code).toBe(0);
    expect((await run("user get acme/alice")).stdout).toMatch(/^Email: +-$/m);
    expect((await run("user update acme/bob --display-name Bob", own)).code).toBe(3);
  });
});
