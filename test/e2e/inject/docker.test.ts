import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Engine } from "../../../tools/engine/engine.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { bundle, env, file, registry, TARGET } from "../../unit/inject/samples.ts";
import { InjectWorld, type TestAgent } from "./world.ts";

/*
 * Injection on a real engine, from `docker run` to the first instruction: runtime helper, socket, agent, specification, tmpfs.
 * Only the control plane is in memory.
 */

const KEYHOLD = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-1"];
const IMAGE = "keyhold/base";
const PRINT = ["sh", "-c", 'echo "$API_KEY"'];
/** As one writes it in an environment value. */
const reference = (name: string) => `\${secret:${name}}`;

describe.skipIf(engineMissing !== undefined)(`a labelled container ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let world: InjectWorld;
  let agent: TestAgent;
  beforeAll(async () => {
    engine = await startTestEngine();
    world = new InjectWorld(engine);
    await world.install();
    agent = await world.startAgent();
  });
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    world.source.connected = true;
    world.source.set(
      bundle(
        env("API_KEY", "canary-one"),
        env("MULTI", "line 1\r\nline 2\n= 'é'"),
        file("tls.key", "canary-file"),
        file("CONF", "canary-conf", { path: "/etc/app/app.conf", mode: 0o640, ownerUid: 7, ownerGid: 8 }),
        registry("HUB", "docker.io", "alice", "canary-password"),
      ),
    );
  });

  afterEach(async () => {
    const left = await dockerOutput(engine, "ps", "-aq");
    if (left !== "") await docker(engine, "rm", "-f", ...left.split("\n"));
    await vi.waitFor(() => expect(agent.injector.records()).toEqual([]), 5_000);
  });

  const run = (...args: string[]) => dockerOutput(engine, "run", ...args);
  const exec = (...args: string[]) => dockerOutput(engine, "exec", ...args);

  test("has its values at the first instruction of its first process, byte for byte", async () => {
    const environ = await run("--rm", ...KEYHOLD, IMAGE, "cat", "/proc/self/environ");
    const values = environ.split("\0");
    expect(values).toContain("API_KEY=canary-one");
    expect(values).toContain("MULTI=line 1\r\nline 2\n= 'é'");
    expect(values).toContain("DOCKER_CONFIG=/run/secrets/.docker");
  });

  test("has its files on a read-only tmpfs, with owner and mode", async () => {
    const script = [
      "stat -L -c '%a %u:%g' /run/secrets/tls.key /etc/app/app.conf",
      "cat /run/secrets/tls.key",
      "grep -c ' /run/secrets ro,nosuid,nodev,noexec,.* - tmpfs ' /proc/self/mountinfo",
      "grep -c ' /etc/app/app.conf ro,nosuid,nodev,noexec,.* - tmpfs ' /proc/self/mountinfo",
      "touch /run/secrets/mine 2>&1 || true",
    ].join("; echo; ");
    const shown = await run("--rm", "--user", "app", ...KEYHOLD, IMAGE, "sh", "-c", script);
    expect(shown.split("\n").filter(Boolean)).toEqual([
      "400 1000:1000",
      "640 7:8",
      "canary-file",
      "1",
      "1",
      "touch: /run/secrets/mine: Read-only file system",
    ]);
  });

  test("has the registry's entry where DOCKER_CONFIG points", async () => {
    const config = await run("--rm", ...KEYHOLD, IMAGE, "sh", "-c", 'cat "$DOCKER_CONFIG/config.json"');
    const auth = Buffer.from("alice:canary-password").toString("base64");
    expect(JSON.parse(config)).toEqual({ auths: { "https://index.docker.io/v1/": { auth } } });
    const own = await run(
      "--rm",
      ...KEYHOLD,
      "-e",
      "DOCKER_CONFIG=/own",
      IMAGE,
      "sh",
      "-c",
      'echo "$DOCKER_CONFIG"',
    );
    expect(own).toBe("/own");
  });

  test("wins over the image's ENV, fills references, and gives aliases", async () => {
    const labels = ["-l", "keyhold.env.ALIAS=API_KEY"];
    const own = ["-e", "API_KEY=mine", "-e", `URL=app:${reference("API_KEY")}@db`];
    const shown = await run(
      "--rm",
      ...KEYHOLD,
      ...labels,
      ...own,
      IMAGE,
      "sh",
      "-c",
      "echo $API_KEY $URL $ALIAS",
    );
    expect(shown).toBe("canary-one app:canary-one@db canary-one");
  });

  test("shows the values of now to docker exec, and lets -e have its way", async () => {
    const id = await run("-d", ...KEYHOLD, "--user", "app", IMAGE, "sleep", "600");
    world.source.set(bundle(env("API_KEY", "canary-two")));
    expect(await exec(id, ...PRINT)).toBe("canary-two");
    expect(await exec("-e", "API_KEY=asked", id, ...PRINT)).toBe("asked");
    expect(await exec("--user", "root", id, "sh", "-c", "echo $HOME $API_KEY")).toBe("/root canary-two");
  });

  test("is not seen by docker inspect, nor in what the agent logs or writes down", async () => {
    const id = await run("-d", ...KEYHOLD, "-e", `URL=x${reference("API_KEY")}`, IMAGE, "sleep", "600");
    expect(await dockerOutput(engine, "inspect", id)).not.toContain("canary");
    expect(world.logged.join("\n")).not.toContain("canary");
    const record = await readFile(join(world.runDirectory, "containers", id, "record.json"), "utf8");
    expect(record).toContain("API_KEY");
    expect(record).not.toContain("canary");
  });

  test("gets fresh values from docker restart", async () => {
    const id = await run("-d", ...KEYHOLD, IMAGE, "sh", "-c", 'echo "$API_KEY"; sleep 600');
    world.source.set(bundle(env("API_KEY", "canary-two"), file("tls.key", "canary-new")));
    await docker(engine, "restart", "-t", "0", id);
    expect(await dockerOutput(engine, "logs", id)).toBe("canary-one\ncanary-two");
    expect(await exec(id, "cat", "/run/secrets/tls.key")).toBe("canary-new");
    expect(await exec(id, "ls", "-A", "/etc/app")).toBe("");
  });

  test("sees changed files at once, and is told what only a restart brings", async () => {
    const id = await run("-d", ...KEYHOLD, IMAGE, "sleep", "600");
    const inode = await exec(id, "stat", "-c", "%i", "/etc/app/app.conf");
    const next = bundle(
      env("API_KEY", "canary-two"),
      env("MULTI", "line 1\r\nline 2\n= 'é'"),
      file("added", "canary-added"),
      file("CONF", "canary-longer-conf", {
        path: "/etc/app/app.conf",
        mode: 0o640,
        ownerUid: 7,
        ownerGid: 8,
      }),
      file("LATER", "x", { path: "/etc/later" }),
    );
    const change = await agent.injector.reinject(id, next);
    expect(change).toMatchObject({
      env: ["API_KEY"],
      files: ["/etc/app/app.conf", "/etc/later", "/run/secrets/added", "/run/secrets/tls.key"],
      rewritten: ["/etc/app/app.conf", "/run/secrets/added", "/run/secrets/tls.key"],
      registry: true,
      waiting: ["/etc/later"],
    });
    expect(await exec(id, "cat", "/run/secrets/added", "/etc/app/app.conf")).toBe(
      "canary-addedcanary-longer-conf",
    );
    expect(await exec(id, "ls", "-A", "/run/secrets")).not.toContain("tls.key");
    expect(await exec(id, "stat", "-c", "%i", "/etc/app/app.conf")).toBe(inode);
    const again = await agent.injector.reinject(id, next);
    expect(again).toMatchObject({ env: ["API_KEY"], rewritten: [], registry: false });
  });

  test.each([
    [
      "a wrong label",
      ["-l", "keyhold.on-chnage=restart"],
      /container refused-\S+ .*no label keyhold.on-chnage.*did you mean keyhold.on-change/,
    ],
    [
      "a missing secret",
      ["-l", "keyhold.secrets=NOPE"],
      /container refused-\S+ needs the secret NOPE .*acme\/workspaces\/ws-1 has none/,
    ],
    [
      "a reference to nothing",
      ["-e", `URL=${reference("NOPE")}`],
      /needs the secret NOPE \(a reference in the variable URL\)/,
    ],
    [
      "a mount in the way",
      ["-v", "theirs:/run/secrets"],
      /mounts \/run\/secrets itself, where the secret tls.key of acme\/workspaces\/ws-1 goes.*mount it elsewhere/,
    ],
  ])("is refused with the reason in docker run's own error: %s", async (what, args, reason) => {
    const name = `refused-${what.replaceAll(" ", "-")}`;
    const result = await docker(engine, "run", "--name", name, ...KEYHOLD, ...args, IMAGE, "true");
    expect(result.status).not.toBe(0);
    expect(result.stderr).toMatch(reason);
    expect(readdirSync(join(world.runDirectory, "containers"))).toEqual([]);
  });

  test("is refused if its target does not exist, or cannot be asked for", async () => {
    const labels = ["--runtime", "keyhold", "-l", "keyhold.project=acme/nowhere"];
    const missing = await docker(engine, "run", "--rm", ...labels, IMAGE, "true");
    expect(missing.stderr).toMatch(
      /gives this node no secrets of acme\/projects\/nowhere: it does not exist; create it/,
    );
    world.source.connected = false;
    const outage = await docker(engine, "run", "--rm", ...labels, IMAGE, "true");
    expect(outage.stderr).toMatch(
      /control plane unreachable, and no secrets of acme\/projects\/nowhere are held/,
    );
    expect(await run("--rm", ...KEYHOLD, IMAGE, ...PRINT)).toBe("canary-one");
  });

  test("leaves nothing behind when it is removed", async () => {
    const id = await run("-d", ...KEYHOLD, IMAGE, "sleep", "600");
    const directory = join(world.runDirectory, "containers", id);
    expect(existsSync(directory)).toBe(true);
    expect(world.source.prefetched).toContain(TARGET);
    await docker(engine, "rm", "-f", id);
    await vi.waitFor(() => expect(existsSync(directory)).toBe(false), 5_000);
    expect(agent.watcher.containers().has(id)).toBe(false);
    await vi.waitFor(() => expect(world.source.released).toContain(TARGET), 5_000);
  });

  test("is taken over by the next agent, without losing what it has", async () => {
    const id = await run("-d", ...KEYHOLD, IMAGE, "sleep", "600");
    await agent[Symbol.asyncDispose]();
    agent = await world.startAgent();
    expect(agent.injector.records().map((each) => each.container)).toEqual([id]);
    expect(await exec(id, "sh", "-c", 'echo "$API_KEY $(cat /run/secrets/tls.key)"')).toBe(
      "canary-one canary-file",
    );
    const current = world.source.peek(TARGET);
    if (current?.kind !== "bundle") throw new Error("the target has a bundle");
    const change = await agent.injector.reinject(id, current.bundle);
    expect(change).toMatchObject({ env: [], files: [], rewritten: [], registry: false, waiting: [] });
  });

  test("is reported when it runs under another runtime", async () => {
    const before = agent.check.count;
    const id = await run("-d", "-l", "keyhold.workspace=acme/ws-1", IMAGE, "sleep", "600");
    await vi.waitFor(() => expect(agent.check.count).toBe(before + 1), 5_000);
    expect([...agent.check.running().keys()]).toEqual([id]);
    expect(world.logged.join("\n")).toContain("a labelled container runs without its secrets");
  });

  test("without a label, it is not touched", async () => {
    const shown = await run(
      "--rm",
      "--runtime",
      "keyhold",
      IMAGE,
      "sh",
      "-c",
      "env; ls -d /run/secrets 2>&1 || true",
    );
    expect(shown).not.toMatch(/canary|API_KEY/);
    expect(shown).toMatch(/No such file/);
  });
});
