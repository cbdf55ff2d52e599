import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tidyMountPoints } from "../../../agent/inject/files/mount-points.ts";

describe("the mount points of a container", () => {
  let base: string;
  let root: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "keyhold-root-"));
    root = join(base, "root");
    mkdirSync(join(root, "etc/app"), { recursive: true });
    writeFileSync(join(root, "etc/empty"), "");
    writeFileSync(join(root, "etc/full"), "the image's");
    mkdirSync(join(base, "outside"));
    symlinkSync(join(base, "outside"), join(root, "etc/out"));
    symlinkSync("empty", join(root, "etc/link"));
    writeFileSync(join(base, "outside/theirs"), "");
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const files = async () => (await readdir(root, { recursive: true })).sort();

  test("are made only where the image has nothing", () => {
    const own = [
      "/etc/app/a",
      "/no/such/b",
      "/etc/empty",
      "/etc/full",
      "/etc/full/c",
      "/etc/link",
      "/etc/out/theirs",
    ];
    expect(tidyMountPoints(root, [], own)).toEqual(["/etc/app/a", "/no/such/b"]);
  });

  test("are removed when nothing is mounted on them any more, and kept until then", async () => {
    const own = ["/etc/app/a", "/etc/app/b"];
    const made = tidyMountPoints(root, [], own);
    for (const path of made) writeFileSync(join(root, path), "");
    expect(tidyMountPoints(root, made, own)).toEqual(own);
    expect(tidyMountPoints(root, made, ["/etc/app/b"])).toEqual(["/etc/app/b"]);
    expect(await files()).not.toContain("etc/app/a");
    expect(await files()).toContain("etc/app/b");
    expect(tidyMountPoints(root, ["/etc/app/a", "/etc/app/b"], [])).toEqual([]);
    expect(await files()).not.toContain("etc/app/b");
  });

  test("are left alone when the container has put something in their place, or a link on the way to them", async () => {
    const before = await files();
    tidyMountPoints(
      root,
      ["/etc/full", "/etc/app", "/etc/link", "/etc/out/theirs", "/etc/full/x", "/gone/y"],
      [],
    );
    expect(await files()).toEqual(before);
    expect(readFileSync(join(base, "outside/theirs"), "utf8")).toBe("");
  });

  test("are not known where the root cannot be seen", () => {
    expect(tidyMountPoints(join(base, "elsewhere"), ["/etc/a"], ["/etc/a", "/etc/b"])).toEqual([]);
  });
});
