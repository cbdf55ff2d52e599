import { chmod, mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../cli/host-process/command.ts";
import { memoryBase } from "../../../cli/host-process/memory-directory.ts";
import { type HostWorld, isAlive, Running, startHostWorld, until } from "./host-process-world.ts";
import { keyhold, type Outcome } from "./process.ts";

let world: HostWorld;

beforeAll(async () => {
  world = await startHostWorld();
  await world.store("acme", "API_KEY", "of the organization");
  await world.store("acme/workspaces/ws-1", "API_KEY", "of the\nworkspace");
  await world.store("acme/projects/web", "tls.crt", Buffer.from([0, 255, 10]), "--kind", "file");
  const custom = ["--kind", "file", "--path", "/etc/tls/app.key", "--mode", "0440"];
  await world.store("acme/projects/web", "app.key", "a key", ...custom);
  const registry = ["--kind", "registry", "--registry", "ghcr.io", "--username", "robot"];
  await world.store("acme", "ghcr", "registry password", ...registry);
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(async () => expect(await world.left()).toEqual([]));

const WORKSPACE = ["--workspace", "acme/ws-1"];

function run(words: readonly string[], options = WORKSPACE, more: Record<string, string> = {}) {
  const environment = { ...world.alice, ...more };
  return keyhold(["run", ...options, "--", ...words], { environment });
}

const shell = (script: string, options?: string[], more?: Record<string, string>): Promise<Outcome> =>
  run(["sh", "-c", script], options, more);

describe("keyhold run gives a command", () => {
  it("its variables over those it inherits, and nothing of the caller's token", async () => {
    const { code, stdout } = await run(["env", "-0"], WORKSPACE, { API_KEY: "inherited", OTHER: "kept" });
    expect(code).toBe(0);
    const found = Object.fromEntries(stdout.split("\0").map((line) => line.split(/=(.*)/s, 2)));
    expect(found).toMatchObject({ API_KEY: "of the\nworkspace", OTHER: "kept", PATH: world.alice.PATH });
    expect(found).not.toHaveProperty("KEYHOLD_TOKEN");
  });

  it("a project's secrets", async () => {
    expect((await shell('printf %s "$API_KEY"', ["--project", "acme/web"], world.owner)).stdout).toBe(
      "of the organization",
    );
  });

  it("files byte for byte, with their modes, in a directory that only the caller can enter", async () => {
    const script = 'cd "$KEYHOLD_SECRETS_DIR"; stat -c "%n %a %u" . *; od -An -tx1 tls.crt; cat app.key; pwd';
    const { stdout } = await shell(script);
    const lines = stdout.split("\n");
    const uid = process.getuid?.();
    expect(lines.slice(0, 3)).toEqual([`. 700 ${uid}`, `app.key 440 ${uid}`, `tls.crt 400 ${uid}`]);
    expect(lines[3]).toBe(" 00 ff 0a");
    expect(lines[4]).toMatch(new RegExp(`^a key${world.memory}/keyhold-run-[\\w-]+/secrets$`));
  });

  it("its registries, beside everything in the caller's own Docker configuration", async () => {
    const own = join(world.server.directory, "docker");
    await mkdir(join(own, "contexts", "meta"), { recursive: true });
    await writeFile(
      join(own, "config.json"),
      JSON.stringify({
        auths: { "quay.io": { auth: "kept" }, "ghcr.io": { auth: "replaced" } },
        currentContext: "c",
      }),
    );
    const { stdout } = await shell(
      'ls "$DOCKER_CONFIG/contexts"; cat "$DOCKER_CONFIG/config.json"',
      WORKSPACE,
      {
        DOCKER_CONFIG: own,
      },
    );
    expect(stdout).toMatch(/^meta\n/);
    expect(JSON.parse(stdout.slice("meta\n".length))).toEqual({
      auths: { "quay.io": { auth: "kept" }, "ghcr.io": { auth: btoa("robot:registry password") } },
      currentContext: "c",
    });
  });

  it("only what was selected, also under another name", async () => {
    const options = [...WORKSPACE, "--secrets", "tls.crt,GONE?", "--env", "KEY=API_KEY"];
    const { stdout } = await shell('echo "$KEY,$API_KEY,$DOCKER_CONFIG"; ls "$KEYHOLD_SECRETS_DIR"', options);
    expect(stdout).toBe("of the\nworkspace,,\ntls.crt\n");
  });

  it("its own standard input and arguments that look like options", async () => {
    const environment = world.alice;
    const args = ["run", ...WORKSPACE, "--", "sh", "-c", 'echo "$@"; cat', "sh", "--json", "--help", "--"];
    expect(await keyhold(args, { environment, stdin: "typed" })).toMatchObject({
      stdout: "--json --help --\ntyped",
    });
  });

  it("a terminal, if there is one", async () => {
    const script = "tty -s && echo terminal; ps -o tpgid=,pgid= -p $$";
    const running = new Running([...WORKSPACE, "--", "sh", "-c", script], world.alice, true);
    expect(await running.ended).toBe(0);
    await running.says(/terminal\r?\n *(\d+) +\1\r?\n/);
  });
});

describe("keyhold run ends with", () => {
  it.for([0, 1, 2, 77, 255])("the command's exit code %d", async (code) => {
    expect(await shell(`exit ${code}`)).toMatchObject({ code, stderr: "" });
  });

  it("128 + n after signal n", async () => {
    expect((await shell("kill -KILL $$")).code).toBe(137);
    expect((await shell("kill -SEGV $$")).code).toBe(139);
  });

  it("127 if there is no such command, 126 if it cannot be executed", async () => {
    const missing = await run(["no-such-program"]);
    expect(missing.code).toBe(127);
    expect(missing.stderr).toMatch(/^keyhold: cannot run no-such-program: there is no such program\n/);
    const plain = join(world.server.directory, "plain");
    await writeFile(plain, "no program");
    await chmod(plain, 0o644);
    expect(await run([plain])).toMatchObject({
      code: 126,
      stderr: expect.stringContaining("not executable"),
    });
    expect((await run(["/tmp"])).code).toBe(126);
    const large = { name: "true", arguments: [], environment: { BIG: "x".repeat(131_072) } };
    await expect(runCommand(large, { passTo: () => undefined }, async () => undefined)).rejects.toMatchObject(
      {
        exitCode: 126,
        message: "cannot run true: its arguments and variables are too large together",
      },
    );
  });

  it("a usage error before anything is asked for", async () => {
    const nobody = { KEYHOLD_SERVER: "127.0.0.1:1", KEYHOLD_TOKEN: "kh_x" };
    for (const [options, said] of [
      [[], "neither --workspace nor --project"],
      [[...WORKSPACE, "--project", "acme/web"], "--workspace and --project exclude each other"],
      [["--workspace", "nothing"], "is not the name of a workspace"],
      [[...WORKSPACE, "--secrets", "A,A"], "names A twice"],
    ] as const) {
      expect(await run(["true"], [...options], nobody)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(said),
      });
    }
    expect((await keyhold(["run", ...WORKSPACE], { environment: world.alice })).code).toBe(2);
    expect((await run([""], WORKSPACE, nobody)).code).toBe(2);
  });

  it("the reason if it cannot be given its secrets, and never starts the command", async () => {
    const echo = ["echo", "started"];
    const { KEYHOLD_TOKEN: _, ...anonymous } = world.alice;
    const answers = [
      [await keyhold(["run", ...WORKSPACE, "--", ...echo], { environment: anonymous }), 3, "keyhold login"],
      [await run(echo, WORKSPACE, { KEYHOLD_TOKEN: world.server.owner }), 3, "ws-1"],
      [await run(echo, ["--workspace", "acme/none"]), 4, "none"],
      [await run(echo, [...WORKSPACE, "--secrets", "NOPE"]), 4, "needs the secret NOPE (--secrets)"],
      [await run(echo, WORKSPACE, { KEYHOLD_SERVER: "127.0.0.1:1" }), 5, "127.0.0.1:1"],
    ] as const;
    for (const [outcome, code, said] of answers) {
      expect(outcome).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(said) });
    }
  });

  it("a refusal if the caller's Docker configuration cannot be kept, without quoting it", async () => {
    const own = join(world.server.directory, "broken");
    await mkdir(own);
    await writeFile(join(own, "config.json"), '{"auths": canary}');
    const { code, stderr } = await run(["true"], WORKSPACE, { DOCKER_CONFIG: own });
    expect(code).toBe(1);
    expect(stderr).toContain(join(own, "config.json"));
    expect(stderr).not.toContain("canary");
  });
});

describe("signals to keyhold run", () => {
  const TRAP = 'trap "echo got; exit 3" "$1"; echo ready; while :; do sleep 0.05; done';

  it.for(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "pass on %s, and the command decides",
    async (signal) => {
      const name = signal.slice("SIG".length);
      const running = new Running([...WORKSPACE, "--", "sh", "-c", TRAP, "sh", name], world.alice);
      await running.says(/ready/);
      running.child.kill(signal);
      expect(await running.ended).toBe(3);
      expect(running.output).toBe("ready\ngot\n");
    },
  );

  it("end it with 128 + n where the command does not catch them", async () => {
    const running = new Running([...WORKSPACE, "--", "sh", "-c", "echo ready; exec sleep 30"], world.alice);
    await running.says(/ready/);
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(143);
  });

  it("from the terminal reach the command once", async () => {
    // A shell would not do: it ends by itself when what it waits for was interrupted.
    const counts =
      'let n = 10; process.on("SIGINT", () => n++); setTimeout(() => process.exit(n), 700); console.log("ready")';
    const running = new Running([...WORKSPACE, "--", process.execPath, "-e", counts], world.alice, true);
    await running.says(/ready/);
    running.type("\x03");
    expect(await running.ended).toBe(11);
  });
});

describe("after kill -9 of keyhold run", () => {
  const SHOW = 'echo "$$ end"; exec sleep 30';

  it("the command keeps its files; once it has ended too, the next run removes them", async () => {
    const running = new Running([...WORKSPACE, "--", "sh", "-c", SHOW], world.alice);
    const pid = Number(await running.says(/^(\d+) end/));
    const [directory = ""] = await world.left();
    await until(() => isAlive(pid), "the command");
    running.child.kill("SIGKILL");
    await running.ended;
    await run(["true"]);
    expect(await world.left()).toEqual([directory]);
    process.kill(pid, "SIGKILL");
    await until(() => !isAlive(pid), "its end");
    // Also by a run that needs no files of its own.
    expect((await run(["true"], [...WORKSPACE, "--secrets", "API_KEY"])).code).toBe(0);
    expect(await world.left()).toEqual([]);
  });

  it("two runs at once leave each other's files alone", async () => {
    const running = new Running([...WORKSPACE, "--", "sh", "-c", SHOW], world.alice);
    await running.says(/ end/);
    const [directory] = await world.left();
    await run(["true"]);
    expect(await world.left()).toEqual([directory]);
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(143);
  });
});

describe("the place for a command's files", () => {
  it("is the caller's own runtime directory, else the machine's shared memory", async () => {
    expect(await memoryBase(world.memory)).toBe(world.memory);
    expect(await memoryBase(undefined)).toBe("/dev/shm");
    expect(await memoryBase("relative")).toBe("/dev/shm");
    const open = join(world.memory, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    expect(await memoryBase(open)).toBe("/dev/shm");
    await rmdir(open);
  });

  it("is never one on a disk", async () => {
    await expect(memoryBase("/proc", "/proc")).rejects.toThrow(/no place in memory for secret files/);
  });
});
