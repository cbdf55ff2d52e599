import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkWritable } from "../../../agent/identity/identity-files.ts";
import { prepareRunDirectory } from "../../../agent/runtime/run-directory.ts";
import { makeDirectory } from "../../../common/files/make-directory.ts";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "keyhold-directories-"));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("making a directory", () => {
  it("makes those above it as well, closed to others, and leaves one that is there", async () => {
    const path = join(base, "a", "b", "c");
    await makeDirectory(path, 0o700);
    await makeDirectory(path, 0o755);
    expect([await modeOf(join(base, "a")), await modeOf(path)]).toEqual(["700", "700"]);
  });

  it("many times at once is no error", async () => {
    const path = join(base, "race", "b", "c");
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path, 0o700)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it("where a file is in the way says so", async () => {
    await writeFile(join(base, "file"), "");
    await expect(makeDirectory(join(base, "file"), 0o700)).rejects.toThrow("EEXIST");
    await expect(makeDirectory(join(base, "file", "x"), 0o700)).rejects.toThrow("ENOTDIR");
  });
});

// Node's own recursive mkdir never returns for these: a test that hangs is one that fails.
describe("a directory below /proc", () => {
  it("as --state is refused at once, with what to do", async () => {
    await expect(checkWritable("/proc/keyhold/state")).rejects.toMatchObject({
      message: expect.stringContaining("/proc/keyhold/state cannot be written"),
      next: expect.stringContaining("--state"),
    });
  }, 2000);

  it.skipIf(process.getuid?.() !== 0)(
    "as --run-dir is refused at once, with what to do",
    async () => {
      await expect(prepareRunDirectory({ path: "/proc/keyhold/run" })).rejects.toMatchObject({
        message: expect.stringContaining("/proc/keyhold/run"),
        next: expect.stringContaining("--run-dir"),
      });
    },
    2000,
  );
});
