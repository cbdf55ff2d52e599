import { mkdtempSync, rmSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../api/world.ts";
import { keyhold } from "../cli/process.ts";

const CI = "organizations/acme/serviceAccounts/ci";

let directory: string;
let world: World;
let alice: string;
/** The token of the server's owner as it is known last. */
let owner: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyhold-owner-token-"));
  world = await World.start(directory);
  ({ alice } = await world.populate({ alice: "member" }));
  await world.call(world.owner, "UserService/CreateServiceAccount", {
    ...{ parent: "organizations/acme", serviceAccountId: "ci" },
  });
  owner = world.owner;
});
afterAll(async () => {
  await world.server.close();
  rmSync(directory, { recursive: true, force: true });
});

const works = (token: string) => codeOf(world.call(token, "TokenService/GetIdentity"));
const renew = () =>
  keyhold(["server", "owner-token", "--data", directory, "--json"], { environment: { HOME: directory } });

async function readToken(): Promise<string> {
  const file = join(directory, "owner-token");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  return (await readFile(file, "utf8")).trim();
}

describe("keyhold server owner-token", () => {
  test("replaces the owner's token and what was made with it, while the server runs", async () => {
    const made = await world.call<{ secret: string }>(owner, "TokenService/CreateToken", { principal: CI });
    const { code, stdout } = await renew();
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ byServer: true, revoked: 2 })]);
    const next = await readToken();
    expect(stdout).not.toContain(next);
    expect([await works(owner), await works(made.secret), await works(alice), await works(next)]).toEqual([
      "unauthenticated",
      "unauthenticated",
      "ok",
      "ok",
    ]);
    owner = next;
  });

  test("leaves a row in the server's audit log", async () => {
    const { events } = await world.call<{ events: { action: string }[] }>(
      owner,
      "AuditService/ListAuditEvents",
      {},
    );
    expect(events.map(({ action }) => action)).toContain("server/owner-token.renewed");
  });

  test("does the same while no server runs", async () => {
    await world.server.close();
    const { code, stdout } = await renew();
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ byServer: false, revoked: 1 })]);
    world = await World.start(directory);
    expect(await works(owner)).toBe("unauthenticated");
    expect(await works(await readToken())).toBe("ok");
    owner = await readToken();
  });

  test("says where it has looked in vain", async () => {
    const args = ["server", "owner-token", "--data", "/nonexistent"];
    const { code, stderr } = await keyhold(args, { environment: { HOME: directory } });
    expect([code, stderr]).toEqual([4, expect.stringContaining("/nonexistent")]);
  });
});

describe("the server's owner, on the command line", () => {
  const run = (words: string) =>
    keyhold(words.split(" "), {
      environment: {
        KEYHOLD_SERVER: world.server.apiAddress,
        KEYHOLD_CA_FILE: world.server.caFile,
        KEYHOLD_TOKEN: owner,
      },
    });

  test("makes, lists and revokes tokens of its own", async () => {
    const made = await run("token create users/owner --name second");
    expect(made.stdout).toMatch(/^kh_/);
    const rows = JSON.parse((await run("token list users/owner --json")).stdout) as {
      name: string;
      displayName?: string;
      parent?: string;
    }[];
    const second = rows.find(({ displayName }) => displayName === "second");
    expect(second?.parent).toMatch(/^tokens\//);
    expect((await run(`token revoke ${second?.name}`)).code).toBe(0);
    expect(await works(made.stdout.trim())).toBe("unauthenticated");
  });
});
