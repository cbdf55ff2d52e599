import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyhold, type Outcome } from "./process.ts";
import { startWorld, type World } from "./world.ts";

let server: World;
let root: string;

beforeAll(async () => {
  server = await startWorld();
  root = await mkdtemp(join(tmpdir(), "keyhold-logins-"));
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const NOBODY_LISTENS = "127.0.0.1:1";

/** A person with a home directory of their own. */
async function person(): Promise<(line: string, stdin?: string) => Promise<Outcome>> {
  const home = await mkdtemp(join(root, "home-"));
  return (line, stdin = "") => keyhold(line.split(" "), { environment: { HOME: home }, stdin });
}

const login = (more = "", address = server.address): string =>
  `login --server ${address} --ca-file ${server.caFile}${more}`;

describe("several logins", () => {
  it("are saved under names, listed, chosen and forgotten", async () => {
    const run = await person();
    expect((await run("context list")).stderr).toContain("keyhold login");
    await run(login(), server.owner);
    expect((await run(login(" --context alice"), server.alice)).stderr).toContain("context alice");
    expect(JSON.parse((await run("whoami --json")).stdout)).toMatchObject({
      ...{ principal: "organizations/acme/users/alice", context: "alice", server: server.address },
    });
    expect((await run("context list")).stdout).toMatch(/^ +default .*\n\* +alice /m);
    expect((await run("context use default")).code).toBe(0);
    expect((await run("whoami")).stdout).toMatch(/^Principal: +users\/owner$/m);
    expect((await run("context use alcie")).stderr).toContain("did you mean alice?");
    expect((await run("context use alcie")).code).toBe(4);
    expect((await run("logout")).stderr).toContain("keyhold context use alice");
    const between = await run("whoami");
    expect([between.code, between.stderr]).toEqual([3, expect.stringContaining("keyhold context use alice")]);
    expect((await run("context use alice")).code).toBe(0);
    expect((await run("logout")).code).toBe(0);
    expect((await run("whoami")).stderr).toContain("not logged in");
    expect(JSON.parse((await run("logout --json")).stdout)).toEqual({ loggedOut: false });
  });

  it("keep the file private, and no token is printed", async () => {
    const run = await person();
    await run(login(), server.owner);
    for (const line of ["whoami", "whoami --json", "context list --json"]) {
      const { stdout, stderr } = await run(line);
      expect(stdout + stderr).not.toContain(server.owner);
    }
    expect((await run(login(" --context ../x"), server.owner)).code).toBe(2);
  });

  it("go on working from a file of release 0.1, which holds one login", async () => {
    const home = await mkdtemp(join(root, "home-"));
    const path = join(home, ".config/keyhold/login.json");
    await mkdir(join(home, ".config/keyhold"), { recursive: true });
    const ca = await readFile(server.caFile, "utf8");
    await writeFile(path, JSON.stringify({ server: server.address, ca, token: server.owner }), {
      mode: 0o600,
    });
    const environment = { HOME: home };
    expect((await keyhold(["org", "list"], { environment })).code).toBe(0);
    const more = login(" --context alice").split(" ");
    expect((await keyhold(more, { environment, stdin: server.alice })).code).toBe(0);
    expect((await keyhold(["context", "list"], { environment })).stdout).toMatch(/default/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("with several addresses call the first that can be reached", async () => {
    const run = await person();
    const both = `${NOBODY_LISTENS},${server.address}`;
    expect((await run(login("", both), server.owner)).code).toBe(0);
    expect((await run("org list")).stdout).toContain("acme");
    const status = await run("server status");
    expect([status.code, status.stdout]).toEqual([5, expect.stringMatching(/127\.0\.0\.1:1 +unreachable/)]);
    expect(status.stdout).toMatch(/ up +20\d\d-/);
    expect((await run(login("", `${NOBODY_LISTENS},x`), server.owner)).code).toBe(2);
  });
});

describe("the environment", () => {
  it("goes on overriding a saved login, and whoami says so", async () => {
    const environment = {
      ...{ KEYHOLD_SERVER: server.address, KEYHOLD_CA_FILE: server.caFile, KEYHOLD_TOKEN: server.alice },
      HOME: root,
    };
    expect((await keyhold(["whoami"], { environment })).stdout).toMatch(
      /acme\/users\/alice[\s\S]*KEYHOLD_TOKEN is set/,
    );
    expect((await keyhold(["logout"], { environment })).stderr).toContain("KEYHOLD_TOKEN is set");
    const status = JSON.parse((await keyhold(["server", "status", "--json"], { environment })).stdout);
    expect(status).toMatchObject([{ server: server.address, status: "up" }]);
  });
});

describe("a dry run", () => {
  it("of a deletion or a rollback writes nothing", async () => {
    const run = await person();
    await run(login(), server.owner);
    await run("secret set acme/projects/web DRY", "one");
    await run("secret set acme/projects/web DRY", "two");
    for (const line of ["delete", "rollback"]) {
      const tried = await run(
        `secret ${line} acme/projects/web DRY --dry-run${line === "rollback" ? " --to 1" : ""}`,
      );
      expect([tried.code, tried.stderr]).toEqual([0, expect.stringContaining("nothing was written")]);
    }
    expect(JSON.parse((await run("secret get acme/projects/web DRY --json")).stdout)).toMatchObject({
      version: 2,
    });
    expect((await run("secret delete acme/projects/web NOPE --dry-run")).code).toBe(4);
  });
});
