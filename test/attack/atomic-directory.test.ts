import { execFile } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AtomicDirectory, type Entry } from "../../agent/inject/files/atomic-directory.ts";
import { SecretValue } from "../../common/secret-value.ts";

const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
const UUID = "12345678-1234-1234-1234-123456789abc";

let root: string;
/** What the container has remounted: /run/secrets there. */
let mount: string;
/** A directory of the host. */
let host: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "keyhold-attack-"));
  [mount, host] = [join(root, "run/containers/ID/secrets"), join(root, "etc")];
  await mkdir(mount, { recursive: true });
  await mkdir(host);
  await writeFile(join(host, "passwd"), "root");
  await writeFile(join(host, "API_KEY"), "of the host");
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const entry = (name: string, value: string): Entry => ({
  ...{ name, bytes: SecretValue.of(value), mode: 0o400, uid, gid },
});

/** The next change of the values, as the agent applies it, and the start after that. */
async function change(value: string): Promise<void> {
  const directory = new AtomicDirectory(mount, 0);
  await directory.write([entry("API_KEY", value)]).cleaned;
  directory.sweep();
}

async function expectHostUntouched(): Promise<void> {
  expect((await readdir(host)).sort()).toEqual(["API_KEY", "passwd"]);
  expect(await readFile(join(host, "API_KEY"), "utf8")).toBe("of the host");
}

async function expectGoodDirectory(value: string): Promise<void> {
  expect(await readlink(join(mount, "..data"))).toMatch(/^\.\.[0-9a-f-]{36}$/);
  expect(await readlink(join(mount, "API_KEY"))).toBe("..data/API_KEY");
  expect(await readFile(join(mount, "API_KEY"), "utf8")).toBe(value);
  expect((await readdir(mount)).filter((name) => name.startsWith(".."))).toHaveLength(2);
}

describe("a container that can write to its mounted secrets", () => {
  const links = {
    "out of the directory": "../../../../etc",
    "to an absolute path": "/etc-of-the-host",
    "to its own directory": ".",
    "through a generation": `..${UUID}/../../../../../etc`,
  };
  for (const [where, target] of Object.entries(links)) {
    test(`makes ..data point ${where}, so that the agent removes that`, async () => {
      await symlink(target, join(mount, "..data"));
      await change("v1");
      await expectHostUntouched();
      await expectGoodDirectory("v1");
    });
  }

  test("makes ..data name a link that looks like a generation and points to a directory of the host", async () => {
    await symlink("../../../../etc", join(mount, `..${UUID}`));
    await symlink(`..${UUID}`, join(mount, "..data"));
    await change("of the host");
    await expectHostUntouched();
    await expectGoodDirectory("of the host");
    expect((await lstat(join(mount, "API_KEY"))).isSymbolicLink()).toBe(true);
  });

  test("puts a file or a directory in the place of ..data, so that no value is ever changed again", async () => {
    await writeFile(join(mount, "..data"), "");
    await change("v1");
    await expectGoodDirectory("v1");
    await rm(join(mount, "..data"));
    await mkdir(join(mount, "..data/full"), { recursive: true });
    await mkdir(join(mount, "..data_next/full"), { recursive: true });
    await change("v2");
    await expectGoodDirectory("v2");
  });

  test("replaces the link of a secret, so that its next value goes somewhere else", async () => {
    await change("v1");
    await rm(join(mount, "API_KEY"));
    await symlink("../../../../etc/API_KEY", join(mount, "API_KEY"));
    await change("v2");
    await expectHostUntouched();
    await expectGoodDirectory("v2");
  });

  test("replaces a file of a generation by a pipe, so that the agent waits for ever", async () => {
    await change("v1");
    const file = join(mount, await readlink(join(mount, "..data")), "API_KEY");
    await rm(file);
    await promisify(execFile)("mkfifo", ["-m", "0400", file]);
    await change("v1");
    await expectGoodDirectory("v1");
  });

  test("replaces a file of a generation by a link to a file of the host that has the same bytes", async () => {
    await change("of the host");
    const file = join(mount, await readlink(join(mount, "..data")), "API_KEY");
    await rm(file);
    await symlink(join(host, "API_KEY"), file);
    await change("of the host");
    await expectHostUntouched();
    expect((await lstat(join(mount, "..data/API_KEY"))).isFile()).toBe(true);
  });
});
