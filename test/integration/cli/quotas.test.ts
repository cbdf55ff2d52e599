import { afterAll, beforeAll, expect, test } from "vitest";
import { keyhold } from "./process.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const run = (...args: string[]) => {
  const environment = {
    HOME: world.directory,
    KEYHOLD_SERVER: world.address,
    KEYHOLD_CA_FILE: world.caFile,
    KEYHOLD_TOKEN: world.owner,
  };
  return keyhold(args, { environment });
};

test("an owner sees the quotas of an organization and raises one from the command line", async () => {
  const raised = await run(
    "org",
    "update",
    "acme",
    "--quota",
    "secrets-per-scope=20000",
    "--quota",
    "projects=5",
  );
  expect([raised.code, raised.stderr]).toEqual([0, expect.stringContaining("updated organization acme")]);
  const shown = (await run("org", "get", "acme")).stdout;
  expect(shown).toContain("secrets-per-scope=20000 (default 10000)");
  expect(shown).toContain("projects=5 (default 10000)");
  expect(shown).toContain("versions-per-secret=100");
  await run("org", "update", "acme", "--quota", "projects=0");
  expect((await run("org", "get", "acme")).stdout).toContain("projects=10000");
  const unknown = await run("org", "update", "acme", "--quota", "gold=1");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('there is no quota "gold"')]);
  const mistyped = await run("org", "update", "acme", "--quota", "projects");
  expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining("secrets-per-scope=20000")]);
});
