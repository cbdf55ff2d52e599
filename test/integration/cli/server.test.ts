import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND, type Environment, keyhold, type Outcome } from "./process.ts";

interface Started {
  readonly apiAddress: string;
  readonly httpAddress: string;
  readonly caFile: string;
  readonly ownerTokenFile: string;
  readonly firstStart: boolean;
}

const FREE_PORTS = ["--api-listen", "--node-listen", "--http-listen"].flatMap((flag) => [
  flag,
  "127.0.0.1:0",
]);

let directory: string;
let server: ChildProcessByStdio<null, Readable, null>;
let started: Started;
let environment: Environment;
/** Signed in as alice, once she was let in. */
let alice: Environment;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-cli-server-"));
  [server, started] = await startServer();
  const token = (await readFile(started.ownerTokenFile, "utf8")).trim();
  environment = { KEYHOLD_SERVER: started.apiAddress, KEYHOLD_CA_FILE: started.caFile, KEYHOLD_TOKEN: token };
});
afterAll(async () => {
  await stopServer(server);
  await rm(directory, { recursive: true });
});

/** `keyhold server start --json` as a process, and the one line it prints. */
async function startServer(): Promise<[typeof server, Started]> {
  const data = join(directory, "data");
  const args = ["server", "start", "--json", "--data", data, ...FREE_PORTS];
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
    env: {},
  });
  for await (const line of createInterface(child.stdout)) return [child, JSON.parse(line) as Started];
  throw new Error("the server ended without saying where it listens");
}

function stopServer(child: typeof server): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

const run = (line: string, more: Environment = {}, stdin = ""): Promise<Outcome> =>
  keyhold(line.split(" "), { environment: { ...environment, ...more }, stdin });

/** The answer of a command that has to succeed. */
async function json(line: string, more: Environment = {}, stdin = ""): Promise<Record<string, unknown>> {
  const outcome = await run(`${line} --json`, more, stdin);
  expect([line, outcome.code, outcome.stderr]).toEqual([line, 0, ""]);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

describe("the command line and a real control plane", () => {
  it("starts one whose first token only its owner can read", async () => {
    expect(started.firstStart).toBe(true);
    expect((await stat(started.ownerTokenFile)).mode & 0o777).toBe(0o600);
  });

  it("makes an organization with everything in it", async () => {
    expect(await json("org create acme")).toMatchObject({ name: "organizations/acme" });
    expect(await json("project create acme/web --display-name Web")).toMatchObject({ displayName: "Web" });
    expect(await json("user create acme/alice --email alice@example.com")).toMatchObject({
      name: "organizations/acme/users/alice",
    });
    await json("service-account create acme/ci");
    await json("member add acme/projects/web alice --role member");
    expect(await json("workspace create acme/ws-1 --project web --owner alice")).toMatchObject({
      owner: "organizations/acme/users/alice",
      project: "organizations/acme/projects/web",
    });
    expect((await run("workspace list acme")).stdout).toMatch(/^acme\/workspaces\/ws-1 +alice +web +- /m);
    expect((await run("org create acme")).code).toBe(1);
    expect((await run("project get acme/nope")).code).toBe(4);
    expect((await run("org create Acme")).code).toBe(2);
  });

  it("gives roles and takes them away", async () => {
    expect(await json("member add acme/projects/web alice --role maintainer")).toMatchObject({
      role: "maintainer",
    });
    expect(await json("member add acme service-account:ci --role admin")).toMatchObject({ role: "admin" });
    expect((await run("member list acme/projects/web")).stdout).toMatch(/acme\/users\/alice +maintainer/);
    await json("member remove acme/projects/web acme/users/alice");
    expect((await run("member list acme/projects/web")).stdout).not.toContain("alice");
    await json("member add acme/projects/web alice --role maintainer");
  });

  it("lets a user act with a token of its own until it is revoked", async () => {
    const invited = await run("user invite acme/alice --ttl 1h");
    expect(invited.stdout).toMatch(/^khi_[\w-]+\n$/);
    const login = `login --server ${started.apiAddress} --ca-file ca.crt --invite`;
    expect(invited.stderr).toContain(login);
    const words = login.replace("ca.crt", started.caFile).split(" ");
    const home = { HOME: directory };
    const entered = await keyhold(words, { environment: home, stdin: invited.stdout });
    expect(entered.stderr).toContain("as acme/users/alice");
    const again = await keyhold(words, { environment: home, stdin: invited.stdout });
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining("used already")]);
    const made = await keyhold("token create acme/alice --expires 1h --name laptop".split(" "), {
      environment: home,
    });
    alice = { KEYHOLD_TOKEN: made.stdout.trim() };
    expect((await run("secret set acme A", alice, "x")).code).toBe(3);
    expect((await run("secret set acme/users/alice API_KEY", alice, "alice's")).code).toBe(0);
    expect((await run("secret access acme/users/alice API_KEY", alice)).stdout).toBe("alice's");
    const list = (await json("token list acme")) as unknown as { name: string; displayName?: string }[];
    const token = list.find(({ displayName }) => displayName === "laptop");
    await json(`token revoke ${token?.name}`);
    expect((await run("secret list acme/users/alice", alice)).code).toBe(3);
    const another = await keyhold("token create acme/alice".split(" "), { environment: home });
    alice = { KEYHOLD_TOKEN: another.stdout.trim() };
  });

  it("takes a secret through its life", async () => {
    const secret = "acme/projects/web DB_PASSWORD";
    expect(await json(`secret set ${secret} --comment first`, {}, "one")).toMatchObject({
      kind: "env",
      version: 1,
    });
    expect(await json(`secret set ${secret}`, {}, "two")).toMatchObject({ version: 2 });
    expect(await json(`secret set ${secret}`, {}, "two")).toMatchObject({ version: 2 });
    expect((await run(`secret set ${secret} --kind file`, {}, "two")).code).toBe(1);
    expect(await json(`secret rollback ${secret} --to 1`)).toMatchObject({ version: 3 });
    expect((await run(`secret access ${secret}`)).stdout).toBe("one");
    expect((await run(`secret access ${secret} --at 2`)).stdout).toBe("two");
    expect((await run(`secret history ${secret}`)).stdout).toMatch(/^3 .* 1 /m);
    await json(`secret delete ${secret}`);
    expect((await run("secret list acme/projects/web --deleted")).stdout).toContain("restorable until");
    expect((await run(`secret get ${secret}`)).code).toBe(4);
    await json(`secret undelete ${secret}`);
    expect((await run(`secret get ${secret}`)).stdout).toMatch(/Version: +3/);
  });

  it("stores files and registries with what belongs to them", async () => {
    await json("secret set acme tls.key --kind file --path /etc/tls/key --mode 0440 --uid 0", {}, "pem\n");
    expect(await json("secret get acme tls.key")).toMatchObject({
      path: "/etc/tls/key",
      mode: 0o440,
      ownerUid: 0,
    });
    await json("secret set acme PULL --kind registry --registry r.example.com --username ci", {}, "pw");
    expect((await run("secret list acme")).stdout).toMatch(/^PULL +registry +ci@r\.example\.com /m);
    await json("secret set acme LIMITED --only project:web,workspace:ws-1", {}, "x");
    expect(await json("secret set acme LIMITED --only all", {}, "x")).toMatchObject({ only: [] });
  });

  it("explains to the owner of a workspace what it gets", async () => {
    await json("secret set acme API_KEY", {}, "everyone's");
    const { stdout, code } = await run("explain acme/workspaces/ws-1 API_KEY", alice);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^API_KEY +wins +acme\/users\/alice /m);
    expect(stdout).toMatch(/^API_KEY +- +acme +env /m);
  });

  it("makes a join token that stands alone on stdout", async () => {
    const { stdout, stderr, code } = await run("node join-token acme --name build-1 --project web --ttl 1h");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stderr).toContain("keyhold agent start");
    expect((await run("node join-token acme --ttl 2w")).code).toBe(2);
    expect((await run("node list acme")).stderr).toContain("keyhold node join-token acme");
  });

  it("says which port is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const args = ["server", "start", "--data", join(directory, "other"), ...FREE_PORTS.slice(2)];
    const outcome = await keyhold([...args, "--api-listen", `127.0.0.1:${port}`]);
    await new Promise((resolve) => taken.close(resolve));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(
      new RegExp(`^keyhold: cannot listen on 127\\.0\\.0\\.1:${port}.*\n {2}.*--api-listen`),
    );
    await expect(stat(join(directory, "other"))).rejects.toThrow(/ENOENT/);
  });

  it("says what an agent needs that has never joined", async () => {
    const state = ["--state", join(directory, "agent"), "--run-dir", join(directory, "run")];
    const outcome = await keyhold([
      "agent",
      "start",
      ...state,
      "--docker-socket",
      join(directory, "none.sock"),
    ]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^keyhold: .*\n {2}.*--join/);
    const long = await keyhold(["agent", "start", "--run-dir", "x".repeat(120)]);
    expect(long).toMatchObject({ code: 2, stderr: expect.stringContaining("--run-dir") });
  });

  it("refuses flags it cannot use, naming them", async () => {
    const outcome = await keyhold(["server", "start", "--api-listen", "everywhere"]);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining("--api-listen") });
  });

  it("ends with 0 at SIGTERM, and starts again with what it had", async () => {
    expect(await stopServer(server)).toBe(0);
    [server, started] = await startServer();
    expect(started.firstStart).toBe(false);
    const address = { KEYHOLD_SERVER: started.apiAddress };
    expect((await run("secret access acme/projects/web DB_PASSWORD", address)).stdout).toBe("one");
  });
});
