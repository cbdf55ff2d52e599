import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { splitTag, withDirectories } from "../../../tools/engine/images.ts";
import { parseLdd } from "../../../tools/engine/libraries.ts";
import { type TarEntry, tarArchive } from "../../../tools/engine/tar.ts";

async function archive(entries: readonly TarEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of tarArchive(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const text = (header: Buffer, from: number, to: number) =>
  header.toString("utf8", from, to).replace(/\0.*$/s, "");

describe("a tar archive", () => {
  test("holds name, mode, owner, size, type and content of a file", async () => {
    const bytes = await archive([
      { kind: "file", path: "opt/hello", mode: 0o640, owner: 1000, content: "hello" },
    ]);
    expect(bytes.length).toBe(512 + 512 + 1024);
    expect(text(bytes, 0, 100)).toBe("opt/hello");
    expect([100, 108, 116, 124].map((at) => Number.parseInt(text(bytes, at, at + 8), 8))).toEqual([
      0o640, 1000, 1000, 0,
    ]);
    expect(Number.parseInt(text(bytes, 124, 136), 8)).toBe(5);
    expect([text(bytes, 156, 157), text(bytes, 257, 263)]).toEqual(["0", "ustar"]);
    expect(text(bytes, 512, 1024)).toBe("hello");
  });

  test("carries a checksum that counts its own field as spaces", async () => {
    const header = (await archive([{ kind: "directory", path: "tmp", mode: 0o1777 }])).subarray(0, 512);
    const blank = Buffer.from(header).fill(" ", 148, 156);
    expect(Number.parseInt(text(header, 148, 155), 8)).toBe(blank.reduce((sum, byte) => sum + byte, 0));
  });

  test("points links at their targets and gives them no content", async () => {
    const bytes = await archive([{ kind: "link", path: "bin/sh", mode: 0o777, target: "/bin/busybox" }]);
    expect([text(bytes, 156, 157), text(bytes, 157, 257)]).toEqual(["2", "/bin/busybox"]);
    expect(bytes.length).toBe(512 + 1024);
  });

  test("is the same each time", async () => {
    const entries: TarEntry[] = [{ kind: "copy", path: "etc/self", mode: 0o644, from: import.meta.filename }];
    expect((await archive(entries)).equals(await archive(entries))).toBe(true);
  });

  test("splits a long path at a slash, and holds one that has none in the right place", async () => {
    const path = `${"d".repeat(90)}/${"f".repeat(90)}`;
    const bytes = await archive([{ kind: "file", path, mode: 0o644, content: "" }]);
    expect([text(bytes, 345, 500), text(bytes, 0, 100)]).toEqual(["d".repeat(90), "f".repeat(90)]);
    const long = await archive([{ kind: "file", path: "x".repeat(300), mode: 0o644, content: "" }]);
    const { status, stdout } = spawnSync("tar", ["-t"], { input: long, encoding: "utf8" });
    expect([status, stdout.trim()]).toEqual([0, "x".repeat(300)]);
  });

  test("ends with an error where a file that it copies is missing", async () => {
    const missing: TarEntry = { kind: "copy", path: "a", mode: 0o644, from: "/nowhere/at/all" };
    await expect(archive([missing])).rejects.toThrow(/ENOENT/);
  });
});

describe("an image", () => {
  test("has the directories above its files, parents first, and keeps those given", () => {
    const entries: TarEntry[] = [
      { kind: "directory", path: "home/app", mode: 0o750, owner: 1000 },
      { kind: "file", path: "home/app/.ssh/key", mode: 0o600, content: "" },
    ];
    const paths = withDirectories(entries).map((entry) => entry.path);
    expect(paths).toEqual(["home", "home/app/.ssh", "home/app", "home/app/.ssh/key"]);
  });

  test.for([
    ["keyhold/base", "keyhold/base", "latest"],
    ["keyhold/base:2", "keyhold/base", "2"],
    ["127.0.0.1:5000/team/app", "127.0.0.1:5000/team/app", "latest"],
    ["127.0.0.1:5000/team/app:1", "127.0.0.1:5000/team/app", "1"],
  ] as const)("called %s is %s, labelled %s", ([tag, repository, label]) => {
    expect(splitTag(tag)).toEqual([repository, label]);
  });

  test("brings the libraries of a dynamic program and none of a static one", () => {
    const dynamic = [
      "\tlinux-vdso.so.1 (0x00007ffd)",
      "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f00)",
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f10)",
    ].join("\n");
    expect(parseLdd(dynamic)).toEqual(["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]);
    expect(parseLdd("\tnot a dynamic executable\n")).toEqual([]);
  });
});
