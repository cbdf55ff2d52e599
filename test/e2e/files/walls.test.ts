import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Engine } from "../../../tools/engine/engine.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { bundle, file } from "../../unit/inject/samples.ts";
import { InjectWorld, type TestAgent } from "../inject/world.ts";

/* What an image or a container can do with its files: read them. Root inside is meant, with what an engine gives root by default. */

const IMAGE = "keyhold/base";
const KEYHOLD = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-1"];

describe.skipIf(engineMissing !== undefined)(`the files of a container ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let world: InjectWorld;
  let agent: TestAgent;
  /** A directory of the host that images point to; its only file. */
  let theirs: string;
  let untouched: string;
  beforeAll(async () => {
    engine = await startTestEngine();
    world = new InjectWorld(engine);
    await world.install();
    agent = await world.startAgent();
    theirs = await mkdtemp("/tmp/keyhold-theirs-");
    untouched = join(theirs, "own.conf");
    await writeFile(untouched, "theirs");
    world.source.set(
      bundle(
        file("KEY", "canary-key"),
        file("OWN", "canary-own", { path: "/srv/own.conf" }),
        file("program", "#!/bin/sh\necho it has run\n", { mode: 0o755 }),
      ),
    );
  });
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
    if (theirs !== undefined) await rm(theirs, { recursive: true });
  });
  const run = (...args: string[]) => dockerOutput(engine, "run", "--rm", ...KEYHOLD, ...args);

  test("cannot be written, changed, removed, renamed, added to, unmounted or mounted anew", async () => {
    const attempts = [
      "echo x > /run/secrets/KEY",
      "echo x >> /srv/own.conf",
      "echo x > /run/secrets/mine",
      "dd if=/dev/zero of=/run/secrets/fill bs=1M count=1",
      "dd if=/dev/zero of=/srv/own.conf bs=1M count=1 conv=notrunc",
      "mkdir /run/secrets/mine",
      "ln -s /etc/passwd /run/secrets/mine",
      "ln -sfn /etc /run/secrets/..data",
      "rm -f /run/secrets/KEY",
      "rm -f /srv/own.conf",
      "mv /srv/own.conf /srv/other",
      "mv /run/secrets /run/other",
      "rmdir /run/secrets",
      "chmod 644 /srv/own.conf",
      "chmod 755 /run/secrets/..data/KEY",
      "chown app /srv/own.conf",
      "touch /run/secrets/KEY",
      "mount -o remount,rw /run/secrets",
      "mount -o remount,rw,bind /run/secrets",
      "mount -o remount,rw,bind /srv/own.conf",
      "mount -o remount,exec,bind /run/secrets",
      "mount --bind /etc /run/secrets",
      "umount /run/secrets",
      "umount -l /srv/own.conf",
      "mknod /run/secrets/null c 1 3",
    ];
    const script = attempts
      .map((attempt) => `( ${attempt} ) 2>/dev/null && echo 'done: ${attempt}'`)
      .join("\n");
    const shown = await run(IMAGE, "sh", "-c", `${script}\ncat /run/secrets/KEY /srv/own.conf`);
    expect(shown).toBe("canary-keycanary-own");
  });

  test("are read by no other user, and executed by nobody", async () => {
    const shown = await run(IMAGE, "su", "app", "-s", "/bin/sh", "-c", "cat /run/secrets/KEY 2>&1; true");
    expect(shown).toMatch(/Permission denied/);
    const executed = await run(
      IMAGE,
      "sh",
      "-c",
      "cat /run/secrets/program; /run/secrets/program 2>&1; true",
    );
    expect(executed).toMatch(/^#!\/bin\/sh\necho it has run\nsh: .*Permission denied$/);
  });

  test("lie on a tmpfs of limited size, which nobody else on the host can enter", async () => {
    const shown = await run(IMAGE, "cat", "/proc/self/mountinfo");
    const ours = shown.split("\n").filter((line) => line.includes(" - tmpfs keyhold "));
    expect(ours.map((line) => line.split(" ")[4])).toEqual(["/run/secrets", "/srv/own.conf"]);
    for (const line of ours) {
      expect(line.split(" ")[5]).toMatch(/^ro,nosuid,nodev,noexec/);
      expect(line).toMatch(/ - tmpfs keyhold \S*size=16384k/);
    }
    expect((await stat(world.runDirectory)).mode & 0o777).toBe(0o700);
  });

  /** The base image with one more thing in it, which takes the place of what is there. `THEIRS` is the host's directory. */
  async function imageWith(path: string, link: string): Promise<string> {
    images += 1;
    const tag = `keyhold/walls-${images}`;
    const files = [link === "" ? { path, content: "" } : { path, link: link.replace("THEIRS", theirs) }];
    await importBaseImage(engine, tag, { files });
    return tag;
  }
  let images = 0;

  async function expectHostUntouched(): Promise<void> {
    expect(await readdir(theirs)).toEqual(["own.conf"]);
    expect(await readFile(untouched, "utf8")).toBe("theirs");
    for (const path of ["/elsewhere", "/run/secrets/KEY", "/srv/own.conf"]) {
      expect([path, existsSync(path)]).toEqual([path, false]);
    }
  }

  test.each([
    ["a link to a directory of its own", "/run/secrets", "/opt", "/opt"],
    ["a link to nowhere", "/run/secrets", "/elsewhere/deep", "/elsewhere/deep"],
    ["a relative link out of its root", "/run/secrets", "../../../..THEIRS", "THEIRS"],
    ["a link to a directory of the host", "/run/secrets", "THEIRS", "THEIRS"],
    ["/run as a link", "/run", "/elsewhere", "/elsewhere/secrets"],
    ["/run as a link out of its root", "/run", "../../../..THEIRS", "THEIRS/secrets"],
  ])(
    "land inside of an image's own root where it has, at /run/secrets, %s",
    async (_what, path, link, place) => {
      const image = await imageWith(path, link);
      const shown = await run(image, "sh", "-c", "cat /run/secrets/KEY; echo; cat /proc/self/mountinfo");
      expect(shown).toMatch(/^canary-key\n/);
      expect(shown).toContain(` ${place.replace("THEIRS", theirs)} ro,nosuid,nodev,noexec`);
      await expectHostUntouched();
    },
  );

  test.each([
    ["a link to /etc/passwd", "/srv/own.conf", "/etc/passwd", "/etc/passwd"],
    ["a relative link out of its root", "/srv/own.conf", "../../../..THEIRS/own.conf", "THEIRS/own.conf"],
    ["a link to a file of the host", "/srv/own.conf", "THEIRS/own.conf", "THEIRS/own.conf"],
    ["a link to nowhere", "/srv/own.conf", "/elsewhere/deep/file", "/elsewhere/deep/file"],
    ["a parent that leads out of its root", "/srv", "../../../..THEIRS", "THEIRS/own.conf"],
    ["a parent that is the host's root", "/srv", "/proc/1/root", "/own.conf"],
  ])(
    "land inside of an image's own root where it has, at a path of its own, %s",
    async (_what, path, link, place) => {
      const image = await imageWith(path, link);
      const shown = await run(image, "sh", "-c", "cat /srv/own.conf; echo; cat /proc/self/mountinfo");
      expect(shown).toMatch(/^canary-own\n/);
      expect(shown).toContain(` ${place.replace("THEIRS", theirs)} ro,nosuid,nodev,noexec`);
      await expectHostUntouched();
    },
  );

  test.each([
    ["a link to itself", "/run/secrets", "secrets", /\/run\/secrets.*too many levels of symbolic links/],
    ["a link to the kernel's files", "/run/secrets", "/proc", /\/run\/secrets.*cannot be mounted/],
    ["a file", "/run/secrets", "", /\/run\/secrets.*not a directory/],
    ["at a path of its own a link to itself", "/srv/own.conf", "own.conf", /\/srv\/own.conf.*too many/],
    ["at a path of its own a directory", "/srv/own.conf/x", "", /\/srv\/own.conf.*not a directory/],
    ["a file where the path of its own has a directory", "/srv", "", /\/srv\/own.conf.*not a directory/],
  ])(
    "refuse to start in an image that has %s, naming the path, and leave nothing",
    async (_what, path, link, reason) => {
      const image = await imageWith(path, link);
      const refused = await docker(engine, "run", "--rm", ...KEYHOLD, image, "echo", "it has run");
      expect(refused.status).not.toBe(0);
      expect(refused.stdout).toBe("");
      expect(refused.stderr).toMatch(reason);
      await expectHostUntouched();
      const containers = join(world.runDirectory, "containers");
      await vi.waitFor(async () => expect(await readdir(containers)).toEqual([]), 5_000);
    },
  );
});
