import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../../common/command.ts";
import { type Engine, startEngine } from "../../../tools/engine/engine.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { diffEngines, snapshotHost } from "../../../tools/engine/leaks.ts";
import { listMounts } from "../../../tools/engine/mounts.ts";
import { readRecords } from "../../../tools/engine/record.ts";
import { startRegistry } from "../../../tools/engine/registry.ts";
import { sweepEngines } from "../../../tools/engine/sweep.ts";
import { useTestcontainers } from "../../support/engine/config.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { RuntimeContainer } from "../../support/engine/runtime-container.ts";

describe.skipIf(engineMissing !== undefined)(`a private engine ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
  });

  test("runs a container from an image that no registry had", async () => {
    expect(await dockerOutput(engine, "run", "--rm", "keyhold/base", "id", "-un")).toBe("root");
  });

  test("makes images with files and with another configuration", async () => {
    await importBaseImage(engine, "keyhold/base:more", {
      files: [{ path: "/opt/app/hello", content: "hello", mode: 0o600, owner: 1000 }],
      changes: ["USER app", "ENV COLOR='light blue'", 'ENTRYPOINT ["sh", "-c"]', "HEALTHCHECK CMD true"],
    });
    const script = 'stat -c "%a %U" /opt/app/hello; cat /opt/app/hello; echo " $COLOR"';
    const shown = await dockerOutput(engine, "run", "--rm", "keyhold/base:more", script);
    expect(shown).toBe("600 app\nhello light blue");
  });

  test("says what is wrong with an image's configuration", async () => {
    const wrong = importBaseImage(engine, "keyhold/base:wrong", { changes: ["FROM scratch"] });
    await expect(wrong).rejects.toThrow(/FROM/i);
  });

  test("keeps what containers run from in memory, and their data on disk", () => {
    const typeOf = (path: string) =>
      listMounts().findLast((mount) => path.startsWith(`${mount.path.replace(/\/$/, "")}/`))?.type;
    expect(typeOf(engine.execRoot)).toBe("tmpfs");
    expect(typeOf(engine.dataRoot)).not.toBe("tmpfs");
  });

  test("publishes ports on loopback only", async () => {
    const run = ["run", "-d", "-p", "8080", "keyhold/base", "httpd", "-f", "-p", "8080", "-h", "/etc"];
    const id = await dockerOutput(engine, ...run);
    const address = await dockerOutput(engine, "port", id, "8080/tcp");
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const answer = await fetch(`http://${address}/group`);
    expect(await answer.text()).toContain("app:x:1000:");
    await docker(engine, "rm", "-f", id);
  });

  test("takes a new runtime without a restart when its configuration is reloaded", async () => {
    const settings = JSON.parse(readFileSync(engine.configFile, "utf8"));
    const runtimes = { other: { path: "/usr/sbin/runc" } };
    writeFileSync(engine.configFile, JSON.stringify({ ...settings, runtimes }));
    await engine.reload();
    expect(await dockerOutput(engine, "info", "-f", "{{json .Runtimes}}")).toContain('"other"');
    expect(await dockerOutput(engine, "run", "--rm", "--runtime=other", "keyhold/base", "echo", "ran")).toBe(
      "ran",
    );
  });

  test("gives its reason when a configuration is refused, and goes on as before", async () => {
    const before = readFileSync(engine.configFile);
    writeFileSync(engine.configFile, "{ broken");
    await expect(engine.reload()).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("invalid character"),
    });
    writeFileSync(engine.configFile, before);
    expect((await docker(engine, "info")).status).toBe(0);
  });

  test("asks for user name and password in its registry, and can push to it and pull from it", async () => {
    await using registry = await startRegistry({ engine, user: "builder", password: "pass word" });
    const image = `${registry.host}/team/app:1`;
    expect((await fetch(`http://${registry.host}/v2/`)).status).toBe(401);
    const authorization = `Basic ${btoa("builder:pass word")}`;
    expect((await fetch(`http://${registry.host}/v2/`, { headers: { authorization } })).status).toBe(200);
    await docker(engine, "tag", "keyhold/base", image);
    expect((await docker(engine, "push", image)).status).not.toBe(0);
    await dockerOutput(engine, "login", "-u", "builder", "-p", "pass word", registry.host);
    await dockerOutput(engine, "push", image);
    await dockerOutput(engine, "rmi", image);
    await dockerOutput(engine, "pull", image);
    await docker(engine, "logout", registry.host);
  });

  test("starts the containers of testcontainers, also under a named runtime", async () => {
    useTestcontainers(engine);
    await using container = await new RuntimeContainer("keyhold/base")
      .withRuntime("runc")
      .withCommand(["sh", "-c", "echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp"])
      .withExposedPorts(80)
      .start();
    const answer = await fetch(`http://${container.getHost()}:${container.getMappedPort(80)}/`);
    expect(await answer.text()).toBe("hello\n");
    expect(await dockerOutput(engine, "inspect", "-f", "{{.HostConfig.Runtime}}", container.getId())).toBe(
      "runc",
    );
  });

  test.for(["stop", "kill"] as const)("brings containers that restart back after a %s", async (end) => {
    const name = `after-${end}`;
    await dockerOutput(
      engine,
      "run",
      "-d",
      "--restart=always",
      "--name",
      name,
      "keyhold/base",
      "sleep",
      "600",
    );
    const started = () => dockerOutput(engine, "inspect", "-f", "{{.State.StartedAt}}", name);
    const before = await started();
    const memory = join(engine.directory, "memory");
    await engine[end]();
    expect(listMounts().filter((mount) => mount.path.startsWith(memory))).toEqual([]);
    expect(existsSync(engine.socket) && (await docker(engine, "ps")).status === 0).toBe(false);
    await engine.start();
    await expect.poll(() => dockerOutput(engine, "exec", name, "echo", "again")).toBe("again");
    expect(await started()).not.toBe(before);
    await docker(engine, "rm", "-f", name);
  });
});

describe.skipIf(engineMissing !== undefined)(`private engines of one machine ${engineMissing ?? ""}`, () => {
  test("share nothing, and touch neither the firewall nor the system's settings", async () => {
    const system = async () => [
      await command("iptables", ["--wait", "--list-rules"]),
      await command("iptables", ["--wait", "--table", "nat", "--list-rules"]),
      readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
      ["/etc/docker/key.json", "/var/lib/docker", "/run/docker.sock", "/opt/containerd"].map((path) =>
        existsSync(path),
      ),
    ];
    const before = await system();
    {
      await using one = await startTestEngine();
      await using two = await startTestEngine();
      for (const engine of [one, two])
        await dockerOutput(engine, "run", "-d", "--name=same", "keyhold/base", "sleep", "60");
      const parts = [one, two].map((each) => [
        each.socket,
        each.dataRoot,
        each.execRoot,
        each.bridge,
        each.gateway,
      ]);
      expect(new Set(parts.flat()).size).toBe(10);
      await sweepEngines();
      for (const engine of [one, two]) expect(await dockerOutput(engine, "ps", "-q")).not.toBe("");
    }
    expect(await system()).toEqual(before);
  });

  test("leave nothing behind when they are disposed of", async () => {
    const before = await snapshotHost();
    {
      await using engine = await startTestEngine();
      await dockerOutput(engine, "network", "create", "own");
      await dockerOutput(engine, "run", "-d", "--network=own", "-p", "80", "keyhold/base", "sleep", "600");
      expect(diffEngines(before, await snapshotHost())).not.toEqual([]);
    }
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
  });

  test("are removed by a sweep when their owner was killed, and not before", async () => {
    const before = await snapshotHost();
    const owner = startOwner();
    const directory = await firstLine(owner);
    const id = directory.split("/").at(-1) ?? "";
    const record = (await readRecords()).find((each) => each.id === id);
    expect(await sweepEngines()).not.toContain(id);
    expect(existsSync(join(directory, "docker.sock"))).toBe(true);
    owner.kill("SIGKILL");
    await new Promise((resolve) => owner.once("exit", resolve));
    expect(diffEngines(before, await snapshotHost())).toContain(`engine ${id} of process ${owner.pid}`);
    expect(await sweepEngines()).toContain(id);
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
    expect([directory, record?.dataDirectory ?? "/"].map((path) => existsSync(path))).toEqual([false, false]);
  });

  test("leave nothing behind when they cannot start, and say why", async () => {
    const before = await snapshotHost();
    const start = startEngine({ configuration: { "storage-driver": "stone-tablets" } });
    await expect(start).rejects.toThrow(/dockerd ended with exit status 1: .*stone-tablets/);
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
  });

  test("keep a data directory that is the caller's, and do not share it", async () => {
    const dataDirectory = mkdtempSync("/var/tmp/keyhold-kept-");
    try {
      {
        await using first = await startTestEngine({ dataDirectory });
        await dockerOutput(first, "create", "--name=kept", "keyhold/base", "true");
        await expect(startEngine({ dataDirectory })).rejects.toThrow(/in use by the engine of process/);
      }
      await using second = await startEngine({ dataDirectory });
      expect(await dockerOutput(second, "ps", "-a", "--format={{.Names}}")).toBe("kept");
    } finally {
      rmSync(dataDirectory, { recursive: true });
    }
  });
});

/** In a session of its own, as a test run in another terminal. */
function startOwner(): ChildProcess {
  const script = join(import.meta.dirname, "../../support/engine/owner.ts");
  return spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"], detached: true });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the child's stdout is a pipe");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("the child ended without a line");
}
