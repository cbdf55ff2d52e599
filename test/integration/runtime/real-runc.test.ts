import { execFile, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatProcess, readProcess, readSpec, writeSpec } from "../../../agent/runtime/oci-spec.ts";
import type { RuntimeAnswer, RuntimeQuestion } from "../../../agent/runtime/wire.ts";
import { RuntimeWorld } from "../../support/runtime-world.ts";

/*
 * The helper in front of the real runc, with a container of its own and no engine: is a process handed over in memory taken,
 * and does the memory stay outside the container?
 */

const RUNC = "/usr/sbin/runc";
const BUSYBOX = "/bin/busybox";
const missing = [
  ...[RUNC, BUSYBOX]
    .filter((path) => !isExecutable(path))
    .map((path) => path.slice(path.lastIndexOf("/") + 1)),
  ...(process.getuid?.() === 0 ? [] : ["root"]),
];

const run = promisify(execFile);
const ID = `keyhold-test-${process.pid}`;
let world: RuntimeWorld;
let bundle: string;
beforeEach(async () => {
  world = await RuntimeWorld.create();
  await world.settings({ runtime: RUNC });
  await world.labelled(ID);
  bundle = join(world.directory, "bundle");
});
afterEach(async () => {
  if (missing.length === 0)
    await run(RUNC, ["--root", join(world.directory, "state"), "delete", "--force", ID]);
  await world[Symbol.asyncDispose]();
});

test.skipIf(missing.length > 0)(
  `values reach the first process and every exec, and nothing else of the helper does${missing.length > 0 ? ` (missing: ${missing.join(", ")})` : ""}`,
  async () => {
    await makeBundle(bundle);
    await using _agent = await world.agent(inject);

    await oci("create", "--bundle", bundle, ID);
    await oci("start", ID);
    expect(await inContainer("cat", "/proc/1/environ")).toContain("API_KEY=at-create\0");
    expect(await inContainer("env")).toContain("API_KEY=at-exec\n");
    // 3 is the directory that ls itself has open.
    expect((await inContainer("ls", "/proc/self/fd")).split("\n").filter(Boolean)).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
  },
);

async function inject(question: RuntimeQuestion): Promise<RuntimeAnswer> {
  if (question.verb === "exec") {
    const exec = await readProcess(question.processFile);
    return {
      kind: "process",
      json: formatProcess({ ...exec, env: [...(exec.env ?? []), "API_KEY=at-exec"] }),
    };
  }
  const spec = await readSpec(question.bundle);
  const env = [...(spec.process.env ?? []), "API_KEY=at-create"];
  await writeSpec(question.bundle, { ...spec, process: { ...spec.process, env } });
  return { kind: "unchanged" };
}

/** Runs the helper as containerd does. The container keeps stdout and stderr of `create`, so nobody may wait for their end. */
async function oci(...args: string[]): Promise<void> {
  const child = spawn(
    world.helper,
    ["--root", join(world.directory, "state"), "--log", world.logFile, ...args],
    { stdio: "ignore" },
  );
  const status = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  expect(status, args.join(" ")).toBe(0);
}

async function inContainer(...command: string[]): Promise<string> {
  const file = join(world.directory, "process.json");
  await writeFile(file, JSON.stringify(processOf(command)));
  const { stdout } = await run(world.helper, [
    "--root",
    join(world.directory, "state"),
    "exec",
    "--process",
    file,
    ID,
  ]);
  return stdout;
}

function processOf(args: readonly string[]): object {
  return { user: { uid: 0, gid: 0 }, args, env: ["PATH=/bin"], cwd: "/" };
}

async function makeBundle(directory: string): Promise<void> {
  const bin = join(directory, "rootfs", "bin");
  await mkdir(bin, { recursive: true });
  await mkdir(join(directory, "rootfs", "proc"));
  await copyFile(BUSYBOX, join(bin, "busybox"));
  for (const applet of ["ls", "cat", "env", "sleep"]) await symlink("busybox", join(bin, applet));
  const spec = {
    ociVersion: "1.0.2",
    process: processOf(["sleep", "60"]),
    root: { path: "rootfs" },
    mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
    linux: { namespaces: [{ type: "pid" }, { type: "mount" }, { type: "ipc" }], cgroupsPath: `/${ID}` },
  };
  await writeFile(join(directory, "config.json"), JSON.stringify(spec));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
