import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, keyhold, type Outcome } from "./process.ts";
import { startWorld, type World } from "./world.ts";

let server: World;
let environment: Environment;
let home: string;

beforeAll(async () => {
  server = await startWorld();
  home = await mkdtemp(join(tmpdir(), "keyhold-letting-in-"));
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const run = (line: string, more: Environment = {}, stdin = ""): Promise<Outcome> =>
  keyhold(line.split(" "), { environment: { ...environment, ...more }, stdin });

const rows = async (line: string): Promise<{ name: string; user?: string; uses?: number }[]> =>
  JSON.parse((await run(`${line} --json`)).stdout);

/** As a person on another machine. */
const logIn = (name: string, invitation: string): Promise<Outcome> =>
  keyhold(["login", "--server", server.address, "--ca-file", server.caFile, "--invite"], {
    environment: { HOME: join(home, name) },
    stdin: invitation,
  });

describe("inviting a person", () => {
  it("needs the user, and says how to create it", async () => {
    const { code, stderr } = await run("user invite acme/bob");
    expect([code, stderr]).toEqual([4, expect.stringContaining("keyhold user create acme/bob")]);
  });

  it("lists what was made, and makes one void", async () => {
    await run("user create acme/bob");
    const invited = await run("user invite acme/bob --ttl 1h");
    const [open] = await rows("user invitation list acme");
    expect(open?.user).toBe("organizations/acme/users/bob");
    expect((await run("user invitation list acme")).stdout).toMatch(/acme\/users\/bob .* open/);
    expect((await run(`user invitation revoke ${open?.name}`)).code).toBe(0);
    expect((await run("user invitation list acme")).stdout).toMatch(/acme\/users\/bob .* revoked/);
    const refused = await logIn("bob", invited.stdout);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("is revoked")]);
  });

  it("tells an admin who wants a token for a user what to do instead, and so does that", async () => {
    const token = await run("token create acme/alice");
    expect([token.code, token.stderr]).toEqual([
      3,
      expect.stringContaining("keyhold user invite acme/alice"),
    ]);
    const invite = await run("user invite acme/alice");
    expect([invite.code, invite.stderr]).toEqual([1, expect.stringContaining("--reset")]);
    const reset = await run("user invite acme/alice --reset");
    expect((await logIn("alice", reset.stdout)).code).toBe(0);
    expect((await run("token list", { KEYHOLD_TOKEN: server.alice })).code).toBe(3);
  });

  it("refuses a token where an invitation belongs, and the other way round", async () => {
    const token = await logIn("carl", server.owner);
    expect([token.code, token.stderr]).toEqual([2, expect.stringContaining("invitations start with khi_")]);
    const args = ["login", "--server", server.address, "--ca-file", server.caFile];
    const invitation = await keyhold(args, { environment: { HOME: home }, stdin: "khi_x" });
    expect([invitation.code, invitation.stderr]).toEqual([2, expect.stringContaining("--invite")]);
  });
});

describe("join tokens", () => {
  it("are listed with their uses, and revoked by name or by id alone", async () => {
    await run("node join-token acme --uses 3 --project web");
    await run("node join-token acme --name build-1");
    const [second, first] = await rows("node join-token list acme");
    expect((await run("node join-token list acme")).stdout).toMatch(/acme\/projects\/web .* 0 of 3 .* open/);
    expect((await run(`node join-token revoke ${first?.name}`)).code).toBe(0);
    expect((await run(`node join-token revoke ${second?.name.split("/").at(-1)}`)).code).toBe(0);
    expect((await run("node join-token list acme")).stdout).not.toContain(" open");
    expect((await run("node join-token revoke nope")).code).toBe(4);
  });

  it("are not made for more nodes than one name has", async () => {
    expect((await run("node join-token acme --name build-1 --uses 2")).code).toBe(2);
    expect((await run("node join-token acme --uses 0")).code).toBe(2);
  });
});
