import { type ChildProcess, spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificateRequest } from "../../../agent/identity/certificate-request.ts";
import { createLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { startServer } from "../../../controlplane/server.ts";
import { World } from "../api/world.ts";
import { COMMAND, keyhold } from "../cli/process.ts";
import { KeysWorld, keyringIn } from "./world.ts";

let keys: KeysWorld;
let data: string;
beforeEach(() => {
  keys = new KeysWorld();
  data = keys.path("data");
});
afterEach(() => keys[Symbol.dispose]());

const run = (line: string) => keyhold(["server", ...line.split(" ")]);

async function answerOf(line: string): Promise<Record<string, unknown>> {
  const outcome = await run(`${line} --json`);
  expect([line, outcome.code, outcome.stderr]).toEqual([line, 0, ""]);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

async function furnished(): Promise<World> {
  const world = await World.start(data);
  await world.populate({ alice: "owner" });
  for (let i = 0; i < 60; i += 1) await writeSecret(world, `S_${i}`, `value ${i}`);
  return world;
}

function writeSecret(world: World, secretId: string, value: string): Promise<unknown> {
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from(value) };
  const request = { parent: "organizations/acme", secretId, secret };
  return world.call(world.owner, "SecretService/CreateSecret", request);
}

async function read(world: World, id: string): Promise<string> {
  const name = `organizations/acme/secrets/${id}`;
  const { value } = await world.call<{ value: Buffer }>(world.owner, "SecretService/AccessSecret", { name });
  return value.toString();
}

describe("keyhold server rotate-key", () => {
  it("is done by the running server, which goes on answering", async () => {
    const world = await furnished();
    try {
      expect(statSync(join(data, "control.sock")).mode & 0o777).toBe(0o600);
      const { primary } = keyringIn(data);
      let running = true;
      const reading = (async () => {
        for (let i = 0; running; i = (i + 1) % 60) expect(await read(world, `S_${i}`)).toBe(`value ${i}`);
      })();
      const result = await answerOf(`rotate-key --data ${data}`);
      running = false;
      await reading;
      expect(result).toMatchObject({ byServer: true, rewrapped: 61, dropped: [primary], resumed: false });
      expect(keyringIn(data).keys.map(({ id }) => id)).toEqual([result.rootKey]);
      await writeSecret(world, "AFTER", "new");
      expect(world.lines.filter((line) => line.includes("The root key was rotated"))).toHaveLength(1);
    } finally {
      await world.server.close();
    }
    expect(readdirSync(data)).not.toContain("control.sock");
    const story = await run(`rotate-key --data ${data}`);
    expect([story.code, story.stderr]).toEqual([0, expect.stringContaining("wrapped")]);
    expect(story.stdout).toMatch(
      /^The root key was rotated\.\n {2}root key .*keyring's file\n {2}wrapped {4}62/,
    );
    const theft = await run(`rotate-key --compromised --data ${data}`);
    expect(theft.stdout).toMatch(/encrypted {2}61 versions again\n {2}renewed .*audit seals and tokens/);
    expect(theft.stdout).toMatch(/Then change every value/);
    const again = await World.start(data);
    expect(await read(again, "AFTER")).toBe("new");
    await again.server.close();
  });

  it("passes on why the running server did not do it", async () => {
    const world = await World.start(data);
    writeFileSync(keys.path("token"), "t");
    const kms = `--kms vault-transit --kms-address http://127.0.0.1:9 --kms-key k --kms-token-file ${keys.path("token")}`;
    const refused = await run(`rotate-key --data ${data} ${kms}`);
    await world.server.close();
    expect([refused.code, refused.stdout]).toEqual([5, ""]);
    expect(refused.stderr).toMatch(/transit\/k: http:\/\/127\.0\.0\.1:9 cannot be reached/);
    expect(keyringIn(data).keys).toHaveLength(1);
  });

  it("reaches a server in a directory whose path is longer than a socket's may be", async () => {
    const long = join(keys.path("x".repeat(90)), "y".repeat(90));
    mkdirSync(long, { recursive: true });
    const world = await World.start(join(long, "data"));
    const result = await answerOf(`rotate-key --data ${join(long, "data")}`);
    await world.server.close();
    expect(result).toMatchObject({ byServer: true });
  });

  it("works although a killed server has left its socket", async () => {
    const args = ["server", "start", "--json", "--data", data, "--api-listen", "127.0.0.1:0"];
    const more = ["--node-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    const child: ChildProcess = spawn(process.execPath, [...COMMAND, ...args, ...more], { env: {} });
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(readdirSync(data)).toContain("control.sock");
    expect(await answerOf(`rotate-key --data ${data}`)).toMatchObject({ byServer: false });
    const world = await World.start(data);
    expect(await answerOf(`rotate-key --data ${data}`)).toMatchObject({ byServer: true });
    await world.server.close();
  });
});

describe("keyhold server backup and restore", () => {
  it("move a service: its tokens, secrets and nodes, without anybody's doing", async () => {
    const world = await furnished();
    const parent = "organizations/acme";
    const { joinToken } = await world.call<{ joinToken: string }>(
      world.owner,
      "NodeService/CreateJoinToken",
      { parent, nodeId: "build-1" },
    );
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    const csr = certificateRequest(privateKey, pem, "whoever");
    const enrolled = await world.call<{ certificate: string }>(undefined, "AgentService/Enroll", {
      joinToken,
      hostName: "box",
      certificateRequest: csr,
    });
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written += 1) await writeSecret(world, `W_${written}`, `w ${written}`);
    })();
    await wait(50);
    const file = keys.path("backup.tar");
    const made = await answerOf(`backup ${file} --data ${data}`);
    writing = false;
    await writer;
    expect(made).toMatchObject({ file, withKeys: false });
    const listing = "SecretService/ListSecrets";
    const { nodeAddress, apiAddress } = world.server;
    await world.server.close();
    const elsewhere = keys.path("elsewhere");
    const restored = await answerOf(`restore ${file} --keys ${join(data, "keys.json")} --data ${elsewhere}`);
    expect(restored).toMatchObject({ dataDirectory: elsewhere, revision: made.revision });
    const config = { dataDirectory: elsewhere, apiListen: apiAddress, nodeListen: nodeAddress };
    const log = createLog({ level: "error", name: "test", write: () => undefined });
    const server = await startServer(parseServerConfig({ ...config, httpListen: "127.0.0.1:0" }), log);
    try {
      // The client of before, with its token, its CA and its addresses.
      expect(await read(world, "S_7")).toBe("value 7");
      const { secrets } = await world.call<{ secrets: { name: string }[] }>(world.owner, listing, {
        parent,
        pageSize: 1000,
      });
      const kept = secrets.filter(({ name }) => name.includes("/W_")).length;
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThanOrEqual(written);
      const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      const identity = { certificate: enrolled.certificate, key };
      const renewed = await world.callAsNode<{ certificate: string }>(identity, "AgentService/Renew", {
        certificateRequest: csr,
      });
      expect(renewed.certificate).toContain("BEGIN CERTIFICATE");
    } finally {
      await server.close();
    }
  });

  it("say in words what to keep, and refuse what cannot be", async () => {
    const world = await World.start(data);
    await world.server.close();
    const file = keys.path("backup.tar");
    const story = await run(`backup ${file} --data ${data}`);
    expect([story.code, story.stdout]).toEqual([0, expect.stringContaining(`without ${data}/keys.json`)]);
    const withKeys = await run(`backup ${keys.path("b.tar")} --with-keys --data ${data}`);
    expect(withKeys.stdout).toContain("whoever has it can read every secret");
    for (const [line, code, said] of [
      [`backup ${file} --data ${data}`, 1, "exists already"],
      [`backup ${keys.path("c.tar")} --data ${keys.path("typo")}`, 4, "no database"],
      [`restore ${file} --data ${data}`, 1, "is not empty"],
      [`restore ${file} --data ${keys.path("new")}`, 1, "does not hold the root keys"],
      [`restore ${keys.path("typo.tar")} --data ${keys.path("new")}`, 4, "typo.tar"],
      [`rotate-key --data ${keys.path("typo")}`, 4, "no database"],
      [`rotate-key --data ${data} --kms vault-transit`, 2, "--kms-address is missing"],
      [`rotate-key --data ${data} --kms aws`, 2, "neither file nor vault-transit"],
      [`migrate --data ${keys.path("typo")}`, 4, "no database"],
    ] as const) {
      const { code: actual, stdout, stderr } = await run(line);
      expect([line, actual, stdout, stderr]).toEqual([line, code, "", expect.stringContaining(said)]);
    }
    expect(readdirSync(keys.directory).sort()).toEqual(["b.tar", "backup.tar", "data"]);
  });
});

describe("keyhold server migrate", () => {
  it("applies what is missing, says what, and does nothing the second time", async () => {
    const world = await World.start(data);
    const busy = await run(`migrate --data ${data}`);
    await world.server.close();
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining("in use")]);
    const nothing = await answerOf(`migrate --data ${data}`);
    expect(nothing.applied).toEqual([]);
    // A database that only its tables were made for yet.
    const old = keys.path("old");
    mkdirSync(old, { mode: 0o700 });
    new DatabaseSync(join(old, "keyhold.db")).close();
    const all = await answerOf(`migrate --data ${old}`);
    expect(all).toMatchObject({ from: 0, to: nothing.to });
    expect(all.applied).toHaveLength(Number(nothing.to));
    expect((await run(`migrate --data ${old}`)).stdout).toContain("nothing to do");
  });
});
