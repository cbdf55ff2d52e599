import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCertificateAuthority } from "../../../controlplane/identity/certificates/ca.ts";
import { type Environment, keyhold, type Outcome } from "./process.ts";
import { startWorld, type World } from "./world.ts";

let server: World;
let environment: Environment;
let home: string;

beforeAll(async () => {
  server = await startWorld();
  environment = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: server.owner,
  };
  home = await mkdtemp(join(tmpdir(), "keyhold-home-"));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

const run = (line: string, more: Environment = {}, stdin = "value"): Promise<Outcome> =>
  keyhold(line.split(" "), { environment: { ...environment, ...more }, stdin });

const errorOf = (outcome: Outcome) =>
  (
    JSON.parse(outcome.stderr) as {
      error: { code: string; message: string; next?: string; retryable: boolean };
    }
  ).error;

describe("exit codes", () => {
  it("2: what is mistyped is named, with where to look", async () => {
    expect(await run("secret set acme A --knd env")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "keyhold: unknown option '--knd'; did you mean --kind?\n  see keyhold secret set --help\n",
    });
    expect((await run("secert list")).stderr).toBe(
      "keyhold: unknown command 'secert'; did you mean secret?\n  see keyhold --help\n",
    );
    for (const line of [
      "secret list",
      "secret rollback acme A",
      "secret rollback acme A --to x",
      "secret set acme A --kind password",
      "secret set acme A --mode 9",
      "workspace create acme/ws-1",
      "token create acme/alice --expires soon",
      "secret list Acme",
      "secret",
      "member add acme alice --role maintainer",
    ])
      expect([line, (await run(line)).code]).toEqual([line, 2]);
  });

  it("2: a value on the command line is refused and not repeated", async () => {
    for (const line of ["secret set acme A hunter2", "secret set acme A --value=hunter2"]) {
      const { code, stderr } = await run(line);
      expect(code).toBe(2);
      expect(stderr).not.toContain("hunter2");
    }
  });

  it("3: a token that is not known, and one that may not", async () => {
    expect((await run("secret list acme", { KEYHOLD_TOKEN: `kh_${"x".repeat(49)}` })).code).toBe(3);
    const denied = await run("secret set acme A --json", { KEYHOLD_TOKEN: server.alice });
    expect(denied.code).toBe(3);
    expect(errorOf(denied)).toMatchObject({ code: "denied", retryable: false });
  });

  it("3: without a login both ways to give one are named", async () => {
    const outcome = await keyhold(["org", "list"], { environment: { HOME: home } });
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain("keyhold login --server");
    expect(outcome.stderr).toContain("KEYHOLD_TOKEN");
  });

  it("4: not found", async () => {
    expect((await run("secret get acme NOPE")).code).toBe(4);
    expect((await run("secret set other A")).code).toBe(4);
  });

  it("5: nobody listens there, and trying again can help", async () => {
    const outcome = await run("org list --json", { KEYHOLD_SERVER: "127.0.0.1:1" });
    expect(outcome.code).toBe(5);
    expect(errorOf(outcome)).toMatchObject({ code: "unavailable", retryable: true });
    expect(errorOf(outcome).message).toContain("127.0.0.1:1");
  });

  it("another CA is named as what it is", async () => {
    const other = await mkdtemp(join(home, "other-"));
    await openCertificateAuthority(other);
    const { code, stderr } = await run("org list", { KEYHOLD_CA_FILE: join(other, "ca.crt") });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/certificate of 127\.0\.0\.1:\d+ is not accepted/);
    expect(stderr).toContain("KEYHOLD_CA_FILE");
  });

  it("2: a CA file that is missing or no certificate", async () => {
    expect(await run("org list", { KEYHOLD_CA_FILE: "/nonexistent" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("KEYHOLD_CA_FILE"),
    });
    const text = join(home, "no.crt");
    await writeFile(text, "no certificate");
    expect((await run("org list", { KEYHOLD_CA_FILE: text })).code).toBe(2);
  });

  it("1: anything else, such as a kind that cannot change", async () => {
    await run("secret set acme KIND --kind env");
    expect((await run("secret set acme KIND --kind opaque")).code).toBe(1);
  });
});

describe("login", () => {
  it("tries the token, saves it for its owner's eyes only, and is used from then on", async () => {
    const login = ["login", "--server", server.address, "--ca-file", server.caFile];
    const outcome = await keyhold(login, { environment: { HOME: home }, stdin: `${server.owner}\n` });
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain("users/owner");
    const path = join(home, ".config/keyhold/login.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await keyhold(["secret", "list", "acme"], { environment: { HOME: home } })).code).toBe(0);
    const config = join(home, "xdg");
    const other = { environment: { HOME: home, XDG_CONFIG_HOME: config } };
    expect((await keyhold(["secret", "list", "acme"], other)).code).toBe(3);
    expect((await keyhold(login, { ...other, stdin: server.owner })).code).toBe(0);
    expect(await readFile(join(config, "keyhold/login.json"), "utf8")).toContain(server.address);
  });

  it("saves nothing where the token is wrong", async () => {
    const config = join(home, "wrong");
    const login = ["login", "--server", server.address, "--ca-file", server.caFile];
    const options = { environment: { XDG_CONFIG_HOME: config } };
    expect((await keyhold(login, { ...options, stdin: "kh_wrong" })).code).toBe(3);
    expect((await keyhold(login, { ...options, stdin: "not a token" })).code).toBe(2);
    expect((await keyhold(login, { ...options, stdin: "" })).stderr).toContain("no token was given");
    await expect(stat(join(config, "keyhold/login.json"))).rejects.toThrow(/ENOENT/);
  });

  it("does not send a saved token to a server of another CA", async () => {
    const config = join(home, "foreign");
    const environment = { XDG_CONFIG_HOME: config };
    const login = ["login", "--server", server.address, "--ca-file", server.caFile];
    await keyhold(login, { environment, stdin: server.owner });
    const other = await mkdtemp(join(home, "other-"));
    await openCertificateAuthority(other);
    const more = { KEYHOLD_SERVER: "127.0.0.1:1", KEYHOLD_CA_FILE: join(other, "ca.crt") };
    const outcome = await keyhold(["org", "list"], { environment: { ...environment, ...more } });
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining("not sent to others") });
  });
});

describe("a wrong address or token", () => {
  it("names a port that is not the API's as such", async () => {
    const http = await run("org list", { KEYHOLD_SERVER: server.httpAddress });
    expect([http.code, http.stderr]).toEqual([5, expect.stringContaining("give the API port")]);
    const nodes = await run("org list", { KEYHOLD_SERVER: server.nodeAddress });
    expect([nodes.code, nodes.stderr]).toEqual([5, expect.stringContaining("give the API port")]);
    expect(http.stderr).not.toMatch(/SSL routines|deps\/openssl/);
  });

  it("takes a token with blanks around it", async () => {
    expect((await run("org list", { KEYHOLD_TOKEN: `${server.owner} ` })).code).toBe(0);
  });

  it("names the role that a denied call takes", async () => {
    const alice = { KEYHOLD_TOKEN: server.alice };
    const denied = await run("secret set acme/projects/web A", alice);
    expect([denied.code, denied.stderr]).toEqual([
      3,
      expect.stringContaining("this takes the role owner, admin or maintainer: ask an owner of acme"),
    ]);
    const others = await run("secret list acme/users/alice");
    expect([others.code, others.stderr]).toEqual([
      3,
      expect.stringContaining("only acme/users/alice can do this"),
    ]);
  });
});
