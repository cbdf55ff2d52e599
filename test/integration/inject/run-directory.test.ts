import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ContainerFiles } from "../../../agent/inject/files/container-files.ts";
import type { ContainerRecord } from "../../../agent/inject/plan/types.ts";
import { RecordStore } from "../../../agent/inject/record-store.ts";
import { mountAt, parseMounts } from "../../../agent/runtime/mount-table.ts";
import {
  prepareRunDirectory,
  releaseRunDirectory,
  requireMemory,
} from "../../../agent/runtime/run-directory.ts";
import { silentLog } from "../../../common/log.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { facts } from "../../unit/inject/samples.ts";

const cannotMount = process.getuid?.() === 0 ? undefined : "(missing: root)";

describe.skipIf(cannotMount !== undefined)(`the run directory ${cannotMount ?? ""}`, () => {
  let root: string;
  let path: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "keyhold-run-"));
    path = join(root, "with space");
  });
  afterEach(async () => {
    await releaseRunDirectory(path);
    await rm(root, { recursive: true });
  });

  test("is a closed, limited tmpfs of the agent's own", async () => {
    expect(await prepareRunDirectory({ path, size: 1 << 20 })).toBe("mounted");
    const table = await readFile("/proc/self/mountinfo", "utf8");
    expect(mountAt(parseMounts(table), path)).toMatchObject({ path, type: "tmpfs", source: "keyhold" });
    expect(table.split("\n").find((line) => line.includes("with\\040space"))).toMatch(/nosuid,nodev,noexec/);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    const { blocks, bsize } = await statfs(path);
    expect(blocks * bsize).toBe(1 << 20);
  });

  test("is taken over by the next agent with everything in it", async () => {
    await prepareRunDirectory({ path });
    await writeFile(join(path, "kept"), "1");
    expect(await prepareRunDirectory({ path })).toBe("reused");
    expect(await readFile(join(path, "kept"), "utf8")).toBe("1");
  });

  test("is refused if something else is there", async () => {
    await mkdir(path);
    await writeFile(join(path, "theirs"), "");
    await expect(prepareRunDirectory({ path })).rejects.toThrow(/is not empty: it has theirs/);
    await rm(join(path, "theirs"));
    execFileSync("mount", ["-t", "tmpfs", "theirs", path]);
    try {
      await expect(prepareRunDirectory({ path })).rejects.toThrow(/tmpfs that something else has mounted/);
      await releaseRunDirectory(path);
      expect(mountAt(parseMounts(await readFile("/proc/self/mountinfo", "utf8")), path)).toBeDefined();
    } finally {
      execFileSync("umount", [path]);
    }
    await rm(path, { recursive: true });
    await writeFile(path, "");
    await expect(prepareRunDirectory({ path })).rejects.toThrow(/cannot use the run directory/);
  });

  test("that is full refuses new files in words, and keeps the old ones", async () => {
    await prepareRunDirectory({ path, size: 64 << 10 });
    const files = new ContainerFiles({ runDirectory: path });
    const planned = (size: number) => ({
      path: "/run/secrets/A",
      place: "directory" as const,
      bytes: SecretValue.of(Buffer.alloc(size, "x")),
      mode: 0o400,
      uid: 0,
      gid: 0,
      fingerprint: "f",
    });
    const mounted = { directory: true, own: [] };
    await files.prepare("id", [planned(10)]);
    const full = files.update("id", [planned(1 << 20)], mounted);
    await expect(full).rejects.toMatchObject({
      code: "exhausted",
      message: expect.stringMatching(/container id need 2\.0 MiB .* 0\.0 MiB of 0\.1 MiB are free/),
    });
    expect(await readFile(join(path, "containers/id/secrets/A"), "utf8")).toBe("x".repeat(10));
    expect(await files.update("id", [planned(20)], mounted)).toEqual(["/run/secrets/A"]);
    await files.idle();
  });

  test("that is full of generations for readers on their way waits for those to go", async () => {
    await prepareRunDirectory({ path, size: 256 << 10 });
    const files = new ContainerFiles({ runDirectory: path });
    const value = (round: number) => [
      {
        path: "/run/secrets/A",
        place: "directory" as const,
        bytes: SecretValue.of(String(round).padEnd(50_000, "x")),
        mode: 0o400,
        uid: 0,
        gid: 0,
        fingerprint: String(round),
      },
    ];
    await files.prepare("id", value(0));
    for (let round = 1; round < 20; round += 1) {
      await files.update("id", value(round), { directory: true, own: [] });
      expect(await readFile(join(path, "containers/id/secrets/A"), "utf8")).toMatch(RegExp(`^${round}x`));
    }
    await files.idle();
  });

  test("that is full changes nothing at all, neither here nor at paths of their own", async () => {
    await prepareRunDirectory({ path, size: 64 << 10 });
    const files = new ContainerFiles({ runDirectory: path });
    const both = (own: string, together: string) => [
      { ...sample("/etc/own", own), place: "own" as const },
      { ...sample("/run/secrets/A", together), place: "directory" as const },
    ];
    const sample = (place: string, value: string) => ({
      path: place,
      bytes: SecretValue.of(value),
      mode: 0o400,
      uid: 0,
      gid: 0,
      fingerprint: value,
    });
    await files.prepare("id", both("own before", "before"));
    const mounted = { directory: true, own: ["/etc/own"] };
    const [own = ""] = files.mountsOf("id", both("", ""), false).map((each) => each.source);
    for (const [grown, together] of [
      ["g".repeat(100_000), "after"],
      ["grown", "t".repeat(100_000)],
      ["g".repeat(30_000), "t".repeat(30_000)],
    ] as const) {
      await expect(files.update("id", both(grown, together), mounted)).rejects.toMatchObject({
        code: "exhausted",
        next: expect.stringContaining("remount"),
      });
      expect(await readFile(own, "utf8")).toBe("own before");
      expect(await readFile(join(path, "containers/id/secrets/A"), "utf8")).toBe("before");
    }
    await files.update("id", both("g".repeat(30_000), "after"), mounted);
    expect(await readFile(own, "utf8")).toBe("g".repeat(30_000));
    await files.idle();
  });
});

test("an exec root on a disk is refused, one in memory is not, also before it exists", async () => {
  await requireMemory("/dev/shm/not/there/yet");
  await expect(requireMemory("/proc/self")).rejects.toThrow(/exec root \/proc\/self is not on tmpfs/);
  await expect(requireMemory("/proc/nowhere/docker")).rejects.toThrow(/is not on tmpfs/);
});

test("records are read back, but for those that nobody understands", async () => {
  const runDirectory = await mkdtemp(join(tmpdir(), "keyhold-records-"));
  try {
    const warnings: unknown[] = [];
    const log = { ...silentLog, warn: (fields: unknown) => void warnings.push(fields) };
    const store = new RecordStore({ runDirectory, log });
    expect(await store.readAll()).toEqual([]);
    const delivery = { revision: 1, digest: "d", env: { A: "f" }, files: {}, registry: {}, secrets: [] };
    const record: ContainerRecord = {
      format: 1,
      container: "one",
      name: "web",
      target: "organizations/acme/projects/web",
      labels: { "keyhold.project": "acme/web" },
      facts: facts(),
      mounted: { directory: true, own: [] },
      given: delivery,
      current: delivery,
      told: delivery.env,
      wanted: { revision: 1, digest: "w" },
    };
    await store.write(record);
    await store.write({ ...record, name: "renamed" });
    for (const [container, text] of [
      ["half", '{"format":1'],
      ["later", '{"format":2,"container":"later"}'],
    ]) {
      await mkdir(join(runDirectory, "containers", container!));
      await writeFile(join(runDirectory, "containers", container!, "record.json"), text!);
    }
    await mkdir(join(runDirectory, "containers", "none"));
    expect(await store.readAll()).toEqual([{ ...record, name: "renamed" }]);
    expect(warnings).toMatchObject([{ container: "half" }, { container: "later" }]);
    expect((await stat(join(runDirectory, "containers/one/record.json"))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(runDirectory, { recursive: true });
  }
});
