import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { World } from "../api/world.ts";
import { COMMAND, keyhold } from "../cli/process.ts";
import { getNode, TestAgent, workspace } from "../nodes/world.ts";

const missing = postgresMissing();
const SHARED_FILES = ["keys.json", "ca.crt", "ca.key", "owner-token"];

let postgres: PostgresServer;
let base: string;
/** Ends what a failed test has left. */
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  if (missing !== undefined) return;
  postgres = await PostgresServer.start();
  base = await mkdtemp(join(tmpdir(), "keyhold-pg-server-"));
});
afterAll(async () => {
  if (missing !== undefined) return;
  for (const stop of stops) await stop();
  await postgres[Symbol.asyncDispose]();
  await rm(base, { recursive: true, force: true });
});

if (missing !== undefined) test(`a server on PostgreSQL: ${missing}`, (context) => context.skip(missing));

describe.skipIf(missing !== undefined)("a server on PostgreSQL", () => {
  it("started from the command line serves secrets, keeps them there and nothing of them in its directory", async () => {
    const urlFile = join(base, "url");
    await writeFile(urlFile, `${await postgres.newDatabase()}\n`, { mode: 0o600 });
    const data = join(base, "cli");
    const before = await startProcess(data, { KEYHOLD_DATABASE_URL_FILE: urlFile });
    expect((await keyhold(["org", "create", "acme"], { environment: before.environment })).code).toBe(0);
    const set = ["secret", "set", "acme", "GREETING"];
    expect((await keyhold(set, { environment: before.environment, stdin: "hello" })).code).toBe(0);
    await before.stop();
    expect((await readdir(data)).filter((name) => name.startsWith("keyhold.db"))).toEqual([]);
    const after = await startProcess(data, {
      KEYHOLD_DATABASE_URL: (await readFile(urlFile, "utf8")).trim(),
    });
    const got = await keyhold(["secret", "access", "acme", "GREETING"], {
      environment: after.environment,
    });
    await after.stop();
    expect(got.stdout).toBe("hello");
  });

  it("tells an agent at its port at once what was changed through another server, and shuts it out", async () => {
    const databaseUrl = await postgres.newDatabase();
    const one = await World.start(join(base, "one"), { databaseUrl });
    await mkdir(join(base, "two"), { mode: 0o700 });
    for (const name of SHARED_FILES) await copyFile(join(base, "one", name), join(base, "two", name));
    const two = await World.start(join(base, "two"), { databaseUrl });
    const { alice } = await one.populate({ alice: "owner" });
    const agent = await TestAgent.enrolled(two);
    try {
      const target = await workspace(one, "ws-1", agent.name);
      await agent.run();
      expect(await agent.ask(target)).toBe("bundle");
      const heard = new Promise<number>((resolve) => {
        agent.session.onChange(() => resolve(performance.now()));
      });
      const secret = { value: Buffer.from("v1"), kind: "SECRET_KIND_ENV" };
      await one.call(alice, "SecretService/CreateSecret", { parent: target, secretId: "TOKEN", secret });
      const written = performance.now();
      expect((await heard) - written).toBeLessThan(1_000);
      const state = agent.session.peek(target);
      expect(state?.kind === "bundle" && state.bundle.secrets.map(({ id }) => id)).toEqual(["TOKEN"]);
      await one.call(alice, "NodeService/RevokeNode", { name: agent.name });
      await until(async () => !(await getNode(two, agent.name)).connected);
      await expect(agent.ask(target)).rejects.toThrow("is revoked");
    } finally {
      await agent.remove();
      await two.server.close();
      await one.server.close();
    }
  });

  it("is refused a directory that has an embedded database", async () => {
    const directory = join(base, "embedded");
    await (await World.start(directory)).server.close();
    expect(existsSync(join(directory, "keyhold.db"))).toBe(true);
    const refused = World.start(directory, { databaseUrl: await postgres.newDatabase() });
    await expect(refused).rejects.toThrow("has an embedded database");
  });
});

async function startProcess(data: string, environment: Record<string, string>) {
  const ports = ["--api-listen", "--node-listen", "--http-listen"].flatMap((flag) => [flag, "127.0.0.1:0"]);
  const args = [...COMMAND, "server", "start", "--json", "--data", data, ...ports];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], env: environment });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  stops.push(stop);
  for await (const line of createInterface(child.stdout)) {
    const started = JSON.parse(line) as Record<"apiAddress" | "caFile" | "ownerTokenFile", string>;
    const token = (await readFile(started.ownerTokenFile, "utf8")).trim();
    const client = {
      KEYHOLD_SERVER: started.apiAddress,
      KEYHOLD_CA_FILE: started.caFile,
      KEYHOLD_TOKEN: token,
    };
    return { environment: client, stop };
  }
  throw new Error("the server ended without saying where it listens");
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it did not come about in five seconds");
    await sleep(20);
  }
}
