import { chmod, chown, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installOnHost } from "../../agent/maintenance.ts";
import { type Host, makeHost } from "../integration/install/world.ts";

/* Somebody on the host without root, who can write to a part of the program: root runs it at each boot and each docker pull. */

const DEVELOPER = 1000;
let root: string;
let clone: string;
let host: Host;

beforeEach(async () => {
  // Below /tmp, which everybody can write to: what root owns there is safe from others.
  root = await mkdtemp(join(tmpdir(), "keyhold-program-"));
  clone = join(root, "srv/keyhold");
  for (const path of [
    "bin/keyhold",
    "cli/main.ts",
    "node_modules/pino/index.js",
    ".cache/compiled",
    ".git/config",
  ]) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await writeFile(join(clone, path), "");
  }
  host = await makeHost();
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await host[Symbol.asyncDispose]();
});

const install = (dryRun = false) => installOnHost(host.wish({ programTree: [clone] }), { dryRun });

async function expectRefused(path: string, reason: string): Promise<void> {
  const before = await host.tree();
  for (const dryRun of [true, false]) {
    await expect(install(dryRun)).rejects.toMatchObject({
      code: "precondition",
      message: `root would run this program, and ${path} ${reason}`,
      next: expect.stringContaining("chown -R root:root"),
    });
  }
  expect(await host.tree()).toEqual(before);
}

const notRoot = process.getuid?.() === 0 ? undefined : "(skipped: it takes root to give files to others)";

describe.skipIf(notRoot !== undefined)(`somebody who is not root ${notRoot ?? ""}`, () => {
  test("owns the clone that root installs from", async () => {
    await chown(clone, DEVELOPER, DEVELOPER);
    await expectRefused(clone, "belongs to uid 1000, not to root");
  });

  test("owns one file of one of its packages", async () => {
    const file = join(clone, "node_modules/pino/index.js");
    await chown(file, DEVELOPER, 0);
    await expectRefused(file, "belongs to uid 1000, not to root");
  });

  test("may write to one file, as everybody or as a member of a group", async () => {
    const file = join(clone, "cli/main.ts");
    await chmod(file, 0o666);
    await expectRefused(file, "is writable by everybody");
    await chmod(file, 0o664);
    await chown(file, 0, 50);
    await expectRefused(file, "is writable by group 50");
  });

  test("may write to what Node has compiled", async () => {
    const directory = join(clone, ".cache");
    await chmod(directory, 0o777);
    await expectRefused(directory, "is writable by everybody");
  });

  test("may put another clone in its place, by a directory above it", async () => {
    await chown(join(root, "srv"), DEVELOPER, DEVELOPER);
    await expectRefused(join(root, "srv"), "belongs to uid 1000, not to root");
    await chown(join(root, "srv"), 0, 0);
    await chmod(join(root, "srv"), 0o777);
    await expectRefused(join(root, "srv"), "is writable by everybody");
  });

  test("owns what a link of the clone points to", async () => {
    const packages = join(root, "home");
    await rename(join(clone, "node_modules"), packages);
    await symlink(packages, join(clone, "node_modules"));
    await chown(packages, DEVELOPER, DEVELOPER);
    await expectRefused(packages, "belongs to uid 1000, not to root");
  });

  test("is in the way of nobody whose program only root can write, or whose .git others can", async () => {
    await chown(join(clone, ".git/config"), DEVELOPER, DEVELOPER);
    const { steps } = await install();
    expect(steps.length).toBeGreaterThan(3);
  });
});
