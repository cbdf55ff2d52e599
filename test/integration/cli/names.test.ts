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
  await run("service-account create acme/ci");
  await run("secret set acme/projects/web DB_PASSWORD", "value");
});
afterAll(() => server.close());

const run = (line: string, stdin = ""): Promise<Outcome> => keyhold(line.split(" "), { environment, stdin });

describe("a wrong name is answered with the nearest right one", () => {
  it.each([
    ["secret list acme/projects/wbe", "acme/projects/web"],
    ["project get acme/wbe", "acme/projects/web"],
    ["project get acem/web", "acme/projects/web"],
    ["secret get acme/projects/web DB_PASWORD", "acme/projects/web/secrets/DB_PASSWORD"],
    ["secret list acme/workspaces/ws1", "acme/workspaces/ws-1"],
    ["user get acme/ci", "acme/serviceAccounts/ci"],
    ["workspace update acme/ws1 --display-name X", "acme/workspaces/ws-1"],
  ])("%s", async (line, name) => {
    const { code, stderr } = await run(line);
    expect([code, stderr]).toEqual([4, expect.stringContaining(`did you mean ${name}?`)]);
  });

  it("says nothing where nothing is near", async () => {
    expect((await run("project get acme/something-else")).stderr).not.toContain("did you mean");
  });

  it("tells no one a name that is hidden from them", async () => {
    const other = { ...environment, KEYHOLD_TOKEN: server.alice };
    await run("org create globex");
    const { code, stderr } = await keyhold(["org", "get", "glovex"], { environment: other });
    expect([code, stderr]).toEqual([4, expect.not.stringContaining("globex")]);
  });
});

describe("a name that may mean several things", () => {
  it.each([
    ["secret list acme/web", "acme/projects/web"],
    ["secret list acme/alice", "acme/users/alice"],
    ["secret set acme/web A", "acme/projects/web"],
    ["explain acme/ws-1", "acme/workspaces/ws-1"],
    ["token create acme/alice --scope acme/web", "acme/projects/web"],
  ])("%s names the one that exists", async (line, name) => {
    const { code, stderr } = await run(line, "value");
    expect([code, stderr]).toEqual([2, expect.stringContaining(`did you mean ${name}?`)]);
  });

  it("is refused with every possibility where none exists", async () => {
    expect((await run("secret list acme/nope")).stderr).toContain(
      "did you mean acme/projects/nope or acme/workspaces/nope or acme/users/nope?",
    );
  });

  it("is taken where only one thing can be meant", async () => {
    for (const line of [
      "member list acme/web",
      "member add acme/web acme/alice --role maintainer",
      "member add organizations/acme/projects/web user:alice --role member",
      "workspace get organizations/acme/workspaces/ws-1",
      "secret list organizations/acme/projects/web",
      "explain organizations/acme/workspaces/ws-1 DB_PASSWORD",
      "run --project acme/projects/web -- true",
      "run --project organizations/acme/projects/web -- true",
    ])
      expect([line, (await run(line)).code]).toEqual([line, 0]);
  });
});

describe("a value beside its name", () => {
  it.each(["secret set acme A=hunter2", "secret set acme/secrets/A=hunter2", "secret get acme A=hunter2"])(
    "%s is refused with a hint and not repeated",
    async (line) => {
      const { code, stdout, stderr } = await run(line, "x");
      expect([code, stderr]).toEqual([2, expect.stringContaining("--from-file")]);
      expect(stdout + stderr).not.toContain("hunter2");
    },
  );
});
