import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type InstallRequest, install, uninstall } from "../../../agent/engine/docker/install/runtime.ts";

let directory: string;
let request: InstallRequest;
let engine: ReloadRecorder;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-install-"));
  await mkdir(join(directory, "docker"));
  await writeFile(join(directory, "built"), "\x7fELF helper");
  request = {
    builtHelper: join(directory, "built"),
    helperPath: join(directory, "lib", "keyhold-runtime"),
    dockerConfigPath: join(directory, "docker", "daemon.json"),
    settings: { socket: "/run/keyhold/runtime.sock", dataRoot: "/var/lib/docker", runtime: "/bin/true" },
  };
  engine = new ReloadRecorder(request.dockerConfigPath);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Reads the file when it is told to, as an engine does, and remembers what it read. */
class ReloadRecorder {
  readonly read: unknown[] = [];
  readonly #path: string;
  running: readonly string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  async reload(): Promise<void> {
    this.read.push(JSON.parse(await readFile(this.#path, "utf8")));
  }

  async runningUnderKeyhold(): Promise<readonly string[]> {
    return this.running;
  }
}

const DAEMON = '{\n    "log-driver": "local",\n    "dns": ["10.0.0.2"]\n}\n';

/** Every file below the directory with its content and mode. */
async function snapshot(): Promise<Record<string, string>> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile())
    .map(async (file) => {
      const path = join(file.parentPath, file.name);
      return [path, `${(await stat(path)).mode.toString(8)} ${await readFile(path, "utf8")}`] as const;
    });
  return Object.fromEntries((await Promise.all(entries)).sort());
}

describe("install", () => {
  test("puts helper, settings and runtime in place, then has the engine read it", async () => {
    await writeFile(request.dockerConfigPath, DAEMON, { mode: 0o640 });
    expect(await install(request, engine)).toEqual([
      { path: request.helperPath, action: "created" },
      { path: `${request.helperPath}.conf`, action: "created" },
      { path: request.dockerConfigPath, action: "changed" },
    ]);
    expect(await readFile(request.helperPath, "utf8")).toBe("\x7fELF helper");
    expect((await stat(request.helperPath)).mode & 0o7777).toBe(0o755);
    expect((await stat(`${request.helperPath}.conf`)).mode & 0o7777).toBe(0o644);
    expect((await stat(request.dockerConfigPath)).mode & 0o7777).toBe(0o640);
    expect(engine.read).toEqual([
      { ...JSON.parse(DAEMON), runtimes: { keyhold: { path: request.helperPath } } },
    ]);
  });

  test("makes a daemon.json where there is none", async () => {
    await rm(join(directory, "docker"), { recursive: true });
    expect(await install(request, engine)).toContainEqual({
      path: request.dockerConfigPath,
      action: "created",
    });
    expect(engine.read).toEqual([{ runtimes: { keyhold: { path: request.helperPath } } }]);
  });

  test("changes nothing the second time, but tells the engine again", async () => {
    await install(request, engine);
    const before = await snapshot();
    expect(await install(request, engine)).toEqual([]);
    expect(await snapshot()).toEqual(before);
    expect(engine.read).toHaveLength(2);
  });

  test("brings a newer helper and other settings", async () => {
    await install(request, engine);
    await writeFile(request.builtHelper, "newer");
    const settings = { ...request.settings, dataRoot: "/srv/docker" };
    expect(await install({ ...request, settings }, engine)).toEqual([
      { path: request.helperPath, action: "changed" },
      { path: `${request.helperPath}.conf`, action: "changed" },
    ]);
    expect(await readFile(`${request.helperPath}.conf`, "utf8")).toContain("data_root=/srv/docker\n");
  });

  test("writes through a symbolic link and keeps it", async () => {
    await writeFile(join(directory, "real.json"), DAEMON);
    await symlink("../real.json", request.dockerConfigPath);
    await install(request, engine);
    expect((await lstat(request.dockerConfigPath)).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(join(directory, "real.json"), "utf8"))).toHaveProperty(
      "runtimes.keyhold",
    );
  });

  test.each([
    ["daemon.json is no JSON", "{debug: true}", /it is not JSON/],
    ["daemon.json is not UTF-8", Buffer.from('{"a":"\xff"}', "latin1"), /is not UTF-8/],
  ])("changes nothing at all where %s", async (_what, content, reason) => {
    await writeFile(request.dockerConfigPath, content);
    const before = await snapshot();
    await expect(install(request, engine)).rejects.toThrow(reason);
    expect(await snapshot()).toEqual(before);
    expect(engine.read).toEqual([]);
  });

  test("changes nothing at all where the real runtime cannot be run", async () => {
    const before = await snapshot();
    const settings = { ...request.settings, runtime: "/nonexistent/runc" };
    await expect(install({ ...request, settings }, engine)).rejects.toThrow(
      /real OCI runtime \/nonexistent\/runc cannot be run/,
    );
    expect(await snapshot()).toEqual(before);
  });

  test("does not make the helper its own real runtime", async () => {
    await install(request, engine);
    const settings = { ...request.settings, runtime: request.helperPath };
    await expect(install({ ...request, settings }, engine)).rejects.toThrow(/is keyhold's own helper/);
  });
});

describe("uninstall", () => {
  test.each([
    ["a daemon.json with other settings", DAEMON],
    ["a daemon.json with other runtimes", '{"runtimes": {"crun": {"path": "/usr/bin/crun"}}}'],
    ["no daemon.json", undefined],
  ])("leaves every file as it was: %s", async (_what, daemon) => {
    if (daemon !== undefined) await writeFile(request.dockerConfigPath, daemon);
    const before = await snapshot();
    await install(request, engine);
    const changes = await uninstall(request, engine);
    expect(await snapshot()).toEqual(before);
    expect(changes).toEqual([
      { path: request.dockerConfigPath, action: daemon === undefined ? "removed" : "changed" },
      { path: request.helperPath, action: "removed" },
      { path: `${request.helperPath}.conf`, action: "removed" },
    ]);
    expect(engine.read.at(-1)).toHaveProperty("runtimes");
    expect(engine.read.at(-1)).not.toHaveProperty("runtimes.keyhold");
  });

  test("has nothing to do the second time", async () => {
    await install(request, engine);
    await uninstall(request, engine);
    expect(await uninstall(request, engine)).toEqual([]);
    expect(engine.read).toHaveLength(2);
  });

  test("is refused while containers need the helper to be stopped", async () => {
    await install(request, engine);
    const before = await snapshot();
    engine.running = ["web", "db"];
    await expect(uninstall(request, engine)).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/could not be stopped without it: web, db/),
    });
    expect(await snapshot()).toEqual(before);
  });
});
