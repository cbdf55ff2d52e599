import { execFileSync } from "node:child_process";
import { copyFile, cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contactAt } from "../../../agent/cache/contact.ts";
import { BUNDLES } from "../../../agent/cache/kinds.ts";
import { makeSealer } from "../../../agent/cache/seal.ts";
import type { SealedCache } from "../../../agent/cache/sealed-cache.ts";
import { SealedMap } from "../../../agent/cache/sealed-map.ts";
import { SYSTEMD_CREDS } from "../../../agent/cache/systemd-creds.ts";
import { createLog } from "../../../common/log.ts";
import { filesWith, formsOf } from "../../support/search.ts";
import { file } from "../../unit/inject/samples.ts";
import { A, B, bundleOf, CacheWorld } from "./world.ts";

let world: CacheWorld;
beforeEach(async () => {
  world = await CacheWorld.make();
});
afterEach(() => world[Symbol.asyncDispose]());

const valueIn = (cache: SealedCache, target: string) =>
  cache
    .bundle(target)
    ?.secrets.find(({ id }) => id === "API_KEY")
    ?.value.text();

async function kept(...bundles: readonly ReturnType<typeof bundleOf>[]): Promise<SealedCache> {
  const cache = await world.open();
  for (const bundle of bundles) cache.keep(bundle);
  await cache.settled();
  return cache;
}

const targets = () => join(world.stateDirectory, "cache/targets");
async function onlyFile(): Promise<string> {
  const [name, ...others] = await readdir(targets());
  if (name === undefined || others.length > 0) throw new Error("there is one target");
  return join(targets(), name);
}

describe("what is kept", () => {
  test("is read back by the next agent: every kind of secret, byte for byte", async () => {
    const bundle = bundleOf(A, "canary-of-a");
    await kept(bundle, bundleOf(B, "canary-of-b"));
    const next = await world.open();
    expect([...next.targets()].sort()).toEqual([A, B]);
    const read = next.bundle(A);
    expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(bundle)));
    expect(read?.secrets.map(({ value }) => value.bytes())).toEqual(
      bundle.secrets.map(({ value }) => value.bytes()),
    );
  });

  test("by an agent of release 0.1 is read with the fields where they are now", () => {
    const common = { secret: "s", version: 1, value: "cHc=", fingerprint: "f" };
    const secrets = [
      { ...common, id: "F", kind: "file", file: { path: "/etc/f", mode: 288, uid: 7 } },
      { ...common, id: "R", kind: "registry", registry: { host: "ghcr.io", username: "ci" } },
    ];
    const plain = JSON.stringify({ bundle: { target: A, revision: 1, digest: "d", secrets }, contact: {} });
    expect(BUNDLES.decode(Buffer.from(plain)).bundle.secrets).toMatchObject([
      { id: "F", path: "/etc/f", mode: 0o440, ownerUid: 7, ownerGid: undefined },
      { id: "R", registry: "ghcr.io", username: "ci" },
    ]);
  });

  test("is the last of what was said, also of a burst, and nothing of what was forgotten", async () => {
    const cache = await kept(bundleOf(A, "first"), bundleOf(B, "other"));
    for (let i = 0; i < 50; i += 1) cache.keep(bundleOf(A, `value-${i}`));
    cache.forget(B);
    await cache.settled();
    const next = await world.open();
    expect(next.targets()).toEqual([A]);
    expect(valueIn(next, A)).toBe("value-49");
    expect(await readdir(targets())).toHaveLength(1);
  });

  test("is never on disk in the open, under no name that tells anything, and for root only", async () => {
    const cache = await kept(bundleOf(A, "canary-of-this-test"));
    cache.containers.set({
      id: "c0ffee",
      name: "web",
      labels: { "keyhold.workspace": "acme/canary-of-a-label" },
    });
    cache.contact(new Set([A]));
    await cache.settled();
    for (const canary of ["canary-of-this-test", "canary-of-a-label", A, "c0ffee"]) {
      expect(await filesWith(world.stateDirectory, formsOf(canary))).toEqual([]);
    }
    const entries = await readdir(world.stateDirectory, { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile())).toHaveLength(4);
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isFile() ? 0o600 : 0o700]);
      expect(entry.name).not.toMatch(/acme|c0ffee/);
    }
  });

  test("is not written again when the same is said again", async () => {
    const cache = await kept(bundleOf(A, "same"));
    const { ino } = await stat(await onlyFile());
    cache.keep(bundleOf(A, "same"));
    await cache.settled();
    expect((await stat(await onlyFile())).ino).toBe(ino);
  });
});

describe("a file of the cache", () => {
  /** What the next agent reads when the file is like this; it must not be anything but nothing. */
  async function readDamaged(bytes: Buffer): Promise<void> {
    await mkdir(targets(), { recursive: true });
    await writeFile(path, bytes);
    world.logged.length = 0;
    const cache = await world.open();
    expect(cache.targets()).toEqual([]);
    expect(cache.bundle(A)).toBeUndefined();
    expect(world.messages()).toContain("ignored a file of the sealed cache");
  }

  let path: string;
  let whole: Buffer;
  beforeEach(async () => {
    await kept(bundleOf(A, "v"));
    path = await onlyFile();
    whole = await readFile(path);
  });

  test("that was cut off at any byte is ignored, reported and removed", async () => {
    for (let length = 0; length < whole.length; length += 1) await readDamaged(whole.subarray(0, length));
    expect(await readdir(targets())).toEqual([]);
  });

  test("with any byte changed is ignored and reported", async () => {
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x40;
      await readDamaged(damaged);
    }
  });

  test("that was renamed to another target's is ignored, and the others are read", async () => {
    const cache = await kept(bundleOf(A, "of-a"), bundleOf(B, "of-b"));
    const other = (await readdir(targets()))
      .map((name) => join(targets(), name))
      .find((each) => each !== path);
    cache.forget(B);
    await cache.settled();
    await copyFile(path, other!);
    const next = await world.open();
    expect(next.targets()).toEqual([A]);
    expect(valueIn(next, A)).toBe("of-a");
  });

  test("whose writing was cut off is swept", async () => {
    await writeFile(join(targets(), ".next-beginning"), "half");
    const next = await world.open();
    expect(valueIn(next, A)).toBe("v");
    expect(await readdir(targets())).toHaveLength(1);
  });

  test("is of no use to another node of the same host", async () => {
    const other = await world.open("organizations/rival/nodes/build-1");
    expect(other.targets()).toEqual([]);
    expect(world.messages()).toContain("the sealed cache cannot be used, starts need the control plane");
  });
});

describe("a state directory that was copied to another host", () => {
  test("is of no use there, is left as it is, and is replaced once the control plane has spoken", async () => {
    await kept(bundleOf(A, "of-the-first-host"));
    await using other = await CacheWorld.make();
    await cp(world.stateDirectory, other.stateDirectory, { recursive: true });
    const there = await other.open();
    expect(there.targets()).toEqual([]);
    expect(other.messages()).toEqual(["the sealed cache cannot be used, starts need the control plane"]);
    there.keep(bundleOf(B, "of-the-second-host"));
    await there.settled();
    const next = await other.open();
    expect(next.targets()).toEqual([B]);
    expect(valueIn(await world.open(), A)).toBe("of-the-first-host");
  });

  test("is of no use on a host that says less of itself", async () => {
    await kept(bundleOf(A, "v"));
    world.facts = new Map();
    expect((await world.open()).targets()).toEqual([]);
  });

  test("is of no use where the machine does not open what another has sealed", async () => {
    const machine = (mask: number) => {
      const mix = async (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ mask));
      return { seal: mix, open: mix };
    };
    world.vault = machine(0x11);
    await kept(bundleOf(A, "v"));
    expect(valueIn(await world.open(), A)).toBe("v");
    world.vault = machine(0x22);
    expect((await world.open()).targets()).toEqual([]);
  });
});

const noSystemd = existsOnPath("systemd-creds") ? undefined : "(missing: systemd-creds)";
function existsOnPath(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(noSystemd !== undefined)(`with systemd-creds ${noSystemd ?? ""}`, () => {
  test("the key is sealed by the machine, and the next agent opens it", async () => {
    world.vault = SYSTEMD_CREDS;
    await kept(bundleOf(A, "v"));
    const key = JSON.parse(await readFile(join(world.stateDirectory, "cache/key.json"), "utf8"));
    expect(key.protection).toBe("systemd-creds");
    expect(Buffer.from(key.secret, "base64").length).toBeGreaterThan(64);
    expect(valueIn(await world.open(), A)).toBe("v");
  });

  test("a sealed key that was changed opens nothing, and says why", async () => {
    world.vault = SYSTEMD_CREDS;
    await kept(bundleOf(A, "v"));
    const path = join(world.stateDirectory, "cache/key.json");
    const key = JSON.parse(await readFile(path, "utf8"));
    const secret = Buffer.from(key.secret, "base64");
    secret[secret.length - 1]! ^= 1;
    await writeFile(path, JSON.stringify({ ...key, secret: secret.toString("base64") }));
    expect((await world.open()).targets()).toEqual([]);
    expect(world.logged.at(-1)?.reason).toMatch(
      /key\.json cannot be opened on this host: systemd-creds says: /,
    );
  });
});

test("without systemd-creds the key is in a file, and that is said", async () => {
  await kept(bundleOf(A, "v"));
  expect(world.messages()).toContain("the cache's key is kept in a file, which only root may read");
  const said = world.logged.find(({ msg }) => msg === "the sealed cache has its key");
  expect(said?.reason).toBe("protected by key-file, bound to machine-id");
});

describe("the age of what is kept", () => {
  const HOUR = 3_600_000;
  test("counts from the last contact, survives restarts, and knows what was not asked about", async () => {
    const cache = await kept(bundleOf(A, "a"), bundleOf(B, "b"));
    world.pass(5 * HOUR);
    cache.contact(new Set([A]));
    world.pass(HOUR);
    expect([cache.age(A), cache.age(B)]).toEqual([HOUR, 6 * HOUR]);
    await cache.settled();
    world.now = { wall: world.now.wall + 2 * HOUR, uptime: 60_000, boot: "two" };
    const next = await world.open();
    expect([next.age(A), next.age(B), next.age("another")]).toEqual([3 * HOUR, 8 * HOUR, undefined]);
  });

  test("is of nothing where nothing is kept: there is no file then", async () => {
    const cache = await world.open();
    cache.contact(new Set([A]));
    await cache.settled();
    expect(await readdir(world.stateDirectory)).toEqual([]);
  });

  test("is that of the values themselves when the file of contacts is lost", async () => {
    const cache = await kept(bundleOf(A, "a"));
    world.pass(5 * HOUR);
    cache.contact(new Set([A]));
    await cache.settled();
    const [contacts] = await readdir(join(world.stateDirectory, "cache/contacts"));
    await writeFile(join(world.stateDirectory, "cache/contacts", contacts!), "junk");
    expect((await world.open()).age(A)).toBe(5 * HOUR);
  });
});

describe("the size of the cache", () => {
  /** Keeps bundles of these names, one after the other, within limits. @returns the targets that the next agent finds */
  async function keep(
    limits: Partial<typeof BUNDLES>,
    ...names: readonly string[]
  ): Promise<readonly string[]> {
    const log = createLog({
      level: "debug",
      name: "agent",
      write: (line) => void world.logged.push(JSON.parse(line)),
    });
    const sealer = makeSealer(Buffer.alloc(32, 1), "host", "node");
    const keyring = { get: async () => sealer };
    const options = { directory: targets(), kind: { ...BUNDLES, ...limits }, keyring, log };
    const map = new SealedMap(options);
    const contact = contactAt(world.now);
    for (const name of names) {
      map.set({ bundle: bundleOf(name, `of-${name}`), contact });
      await map.settled();
    }
    const next = new SealedMap(options);
    await next.load(sealer);
    return next
      .values()
      .map(({ bundle }) => bundle.target)
      .sort();
  }

  test("is limited in number: what comes later is not kept, and that is logged once", async () => {
    expect(await keep({ maxCount: 2 }, "a", "b", "c", "c", "a")).toEqual(["a", "b"]);
    expect(world.messages()).toEqual(["cannot keep something in the sealed cache"]);
    expect(world.logged[0]?.reason).toContain("at most 2");
  });

  test("is limited in bytes, of all together", async () => {
    expect(await keep({ maxBytes: 2_200 }, "a", "b", "c")).toEqual(["a", "b"]);
  });
});

describe("a node that is revoked", () => {
  test("has no cache any more, and gets none", async () => {
    const cache = await kept(bundleOf(A, "a"));
    cache.keep(bundleOf(B, "on its way"));
    await cache.destroy();
    cache.keep(bundleOf(A, "too late"));
    await cache.settled();
    expect([cache.targets(), cache.bundle(A)]).toEqual([[], undefined]);
    expect(await readdir(world.stateDirectory)).toEqual([]);
  });
});

const notRoot = process.getuid?.() === 0 ? undefined : "(missing: root)";
describe.skipIf(notRoot !== undefined)(`a disk that is full ${notRoot ?? ""}`, () => {
  beforeEach(() => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "keyhold-test", world.stateDirectory]);
  });
  afterEach(() => {
    execFileSync("umount", [world.stateDirectory]);
  });

  test("costs what does not fit, not an old value in its place and not the others; with room it is made up for", async () => {
    const cache = await kept(bundleOf(A, "old-a"), bundleOf(B, "b"));
    const ballast = join(world.stateDirectory, "ballast");
    await writeFile(ballast, Buffer.alloc(180_000));
    cache.keep(bundleOf(A, "new-a", file("big", Buffer.alloc(90_000, 1))));
    await cache.settled();
    expect(world.messages()).toContain("cannot keep something in the sealed cache");
    expect(valueIn(cache, A)).toBe("new-a");
    expect((await world.open()).targets()).toEqual([B]);
    await writeFile(ballast, "");
    cache.retry();
    await cache.settled();
    expect(valueIn(await world.open(), A)).toBe("new-a");
  });
});
