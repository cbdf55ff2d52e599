import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AtomicDirectory, type Entry } from "../../../agent/inject/files/atomic-directory.ts";
import { ContainerFiles } from "../../../agent/inject/files/container-files.ts";
import type { PlannedFile } from "../../../agent/inject/plan/types.ts";
import { SecretValue } from "../../../common/secret-value.ts";

const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "keyhold-files-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const entry = (name: string, value: string, mode = 0o400): Entry => ({
  name,
  bytes: SecretValue.of(value),
  mode,
  uid: UID,
  gid: GID,
});

/** A busy machine may run the reader seldom: the writes go on until it has read so often. */
const ENOUGH_READS = 100;

describe("a directory whose files change together", () => {
  test("shows exactly the files that were written last", async () => {
    const directory = new AtomicDirectory(join(root, "d"), 0);
    const first = await directory.write([entry("A", "1"), entry("tls/key", "2"), entry(".docker/c", "3")]);
    expect(first.changed).toEqual([".docker/c", "A", "tls/key"]);
    expect(await readFile(join(root, "d", "tls/key"), "utf8")).toBe("2");
    const second = await directory.write([entry("A", "1"), entry("B", "4", 0o640)]);
    await second.cleaned;
    expect(second.changed).toEqual([".docker/c", "B", "tls/key"]);
    const visible = (await readdir(join(root, "d"))).filter((each) => !each.startsWith(".."));
    expect(visible.sort()).toEqual(["A", "B"]);
    expect((await stat(join(root, "d", "B"))).mode & 0o777).toBe(0o640);
    expect((await readdir(join(root, "d"))).filter((each) => each.startsWith(".."))).toHaveLength(2);
  });

  test("is left alone by equal files, and not by another mode", async () => {
    const directory = new AtomicDirectory(join(root, "d"), 0);
    await directory.write([entry("A", "1")]);
    const generation = await readlink(join(root, "d", "..data"));
    expect((await directory.write([entry("A", "1")])).changed).toEqual([]);
    expect(await readlink(join(root, "d", "..data"))).toBe(generation);
    expect((await directory.write([entry("A", "1", 0o444)])).changed).toEqual(["A"]);
  });

  test("is open to the container's users whatever the agent's umask", async () => {
    const umask = process.umask(0o077);
    try {
      await new AtomicDirectory(join(root, "d"), 0).write([entry("tls/key", "2", 0o444)]);
    } finally {
      process.umask(umask);
    }
    for (const path of ["d", "d/..data", "d/..data/tls"]) {
      expect((await stat(join(root, path))).mode & 0o777).toBe(0o755);
    }
  });

  test("is finished by the next write after a crash between two steps", async () => {
    const path = join(root, "d");
    const directory = new AtomicDirectory(path, 0);
    await directory.write([entry("A", "1")]);
    // A half-written generation, a link that was not renamed yet, and a name whose file is gone.
    await new AtomicDirectory(join(path, "..half")).write([]);
    await writeFile(join(path, "..data_next"), "");
    await rm(join(path, "A"));
    await (await directory.write([entry("A", "1")])).cleaned;
    expect(await readFile(join(path, "A"), "utf8")).toBe("1");
    await directory.write([entry("A", "2")]);
    await directory.sweep();
    expect((await readdir(path)).sort()).toEqual(
      [await readlink(join(path, "..data")), "..data", "A"].sort(),
    );
  });

  test("never shows a reader in a tight loop a mix, a half or nothing", async () => {
    const path = join(root, "d");
    const directory = new AtomicDirectory(path, 500);
    const write = (round: number) => {
      const value = String(round).repeat(20_000);
      return directory.write([entry("A", value), entry("B", value)]);
    };
    await write(1);
    const reads = new Int32Array(new SharedArrayBuffer(4));
    const reader = new Worker(READER, { eval: true, workerData: { path, reads } });
    const ended = new Promise<string[]>((resolve, reject) => {
      reader.once("message", resolve);
      reader.once("error", reject);
    });
    let isReading = true;
    reader.once("exit", () => {
      isReading = false;
    });
    const isDone = (round: number) => !isReading || (round >= 200 && Atomics.load(reads, 0) > ENOUGH_READS);
    const cleaned: Promise<void>[] = [];
    for (let round = 2; !isDone(round); round += 1) {
      cleaned.push((await write(round % 9)).cleaned);
    }
    reader.postMessage("stop");
    const wrong = await ended;
    await Promise.all(cleaned);
    expect(wrong).toEqual([]);
    expect((await readdir(path)).filter((each) => each.startsWith(".."))).toHaveLength(2);
  });
});

/** Reads a file by its name, and two files of one generation; both have to be whole, and the two alike. */
const READER = `
  const { readFileSync, readlinkSync } = require("node:fs");
  const { parentPort, receiveMessageOnPort, workerData: { path, reads } } = require("node:worker_threads");
  const wrong = [];
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const whole = (text) => text.length % 20000 === 0 && text.length > 0 && text === text[0].repeat(text.length);
  while (receiveMessageOnPort(parentPort) === undefined) {
    try {
      const named = readFileSync(path + "/A", "utf8");
      if (!whole(named)) wrong.push("half: " + named.length);
      const generation = path + "/" + readlinkSync(path + "/..data");
      // A reader that the scheduler takes off the processor between the two lookups.
      if (Atomics.load(reads, 0) % 20 === 0) Atomics.wait(pause, 0, 0, 20);
      const [a, b] = ["A", "B"].map((name) => readFileSync(generation + "/" + name, "utf8"));
      if (!whole(a) || a !== b) wrong.push("mix");
    } catch (thrown) {
      wrong.push(String(thrown));
    }
    Atomics.add(reads, 0, 1);
  }
  parentPort.postMessage(wrong);
`;

describe("the files of a container", () => {
  const planned = (path: string, value: string, place: PlannedFile["place"] = "own"): PlannedFile => ({
    path,
    place,
    bytes: SecretValue.of(value),
    mode: 0o400,
    uid: UID,
    gid: GID,
    fingerprint: value,
  });
  const everything = { directory: true, own: ["/etc/a"] };

  test("are where the mounts say", async () => {
    const files = new ContainerFiles({ runDirectory: root });
    const plan = [planned("/etc/a", "1"), planned("/run/secrets/B", "2", "directory")];
    await files.prepare("id", plan);
    const mounts = files.mountsOf("id", plan, true);
    expect(mounts.map((each) => each.destination)).toEqual(["/run/secrets", "/etc/a"]);
    expect(mounts.every((each) => each.options?.includes("ro") && each.options.includes("noexec"))).toBe(
      true,
    );
    expect(await readFile(join(mounts[0]!.source, "B"), "utf8")).toBe("2");
    expect(await readFile(mounts[1]!.source, "utf8")).toBe("1");
    expect(files.mountsOf("id", plan, false).map((each) => each.destination)).toEqual(["/etc/a"]);
  });

  test("of a path of their own keep their inode, and become empty when they are deleted", async () => {
    const files = new ContainerFiles({ runDirectory: root });
    await files.prepare("id", [planned("/etc/a", "a longer value")]);
    const path = files.mountsOf("id", [planned("/etc/a", "")], false)[0]!.source;
    const { ino } = await stat(path);
    expect(await files.update("id", [planned("/etc/a", "short")], everything)).toEqual(["/etc/a"]);
    expect(await files.update("id", [planned("/etc/a", "short")], everything)).toEqual([]);
    expect([await readFile(path, "utf8"), (await stat(path)).ino]).toEqual(["short", ino]);
    expect(await files.update("id", [], everything)).toEqual(["/etc/a"]);
    expect([(await stat(path)).size, (await stat(path)).ino]).toEqual([0, ino]);
  });

  test("that are mounted nowhere are not written, until the next start", async () => {
    const files = new ContainerFiles({ runDirectory: root });
    await files.prepare("id", []);
    const late = [planned("/etc/late", "1")];
    expect(await files.update("id", late, { directory: true, own: [] })).toEqual([]);
    expect(await readdir(join(root, "containers/id/own"))).toEqual([]);
    await files.prepare("id", late);
    expect(await readdir(join(root, "containers/id/own"))).toHaveLength(1);
    await files.prepare("id", []);
    expect(await readdir(join(root, "containers/id/own"))).toEqual([]);
  });

  test("are gone when the container is", async () => {
    const files = new ContainerFiles({ runDirectory: root });
    await files.prepare("id", [planned("/run/secrets/A", "1", "directory")]);
    await files.update("id", [planned("/run/secrets/A", "2", "directory")], everything);
    await files.remove("id");
    await files.remove("id");
    expect(await readdir(join(root, "containers"))).toEqual([]);
  });
});
