import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate as breath } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../common/log.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { backupDirectory } from "../../../controlplane/backup/backup.ts";
import { restoreBackup } from "../../../controlplane/backup/restore.ts";
import { bytesOf, packTar, readTar, type SmallFile } from "../../../controlplane/backup/tar-file.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { openStore } from "../../../controlplane/database.ts";
import { startServer } from "../../../controlplane/server.ts";
import { TransitServer } from "../../support/transit-server.ts";
import { env, ORGANIZATION } from "../store/world.ts";
import { KeysWorld, keyringIn, refusalOf, rowsOf } from "./world.ts";

const BY = "users/owner";
const NOW = Date.UTC(2026, 10, 21);
let world: KeysWorld;
let data: string;
let file: string;
let elsewhere: string;

beforeEach(() => {
  world = new KeysWorld();
  data = world.path("data");
  file = world.path("backup.tar");
  elsewhere = world.path("restored/data");
});
afterEach(() => world[Symbol.dispose]());

/** A data directory that a server has been started on once, with a secret of two versions. */
async function furnish(): Promise<void> {
  const anyPort = { apiListen: "127.0.0.1:0", nodeListen: "127.0.0.1:0", httpListen: "127.0.0.1:0" };
  const server = await startServer(parseServerConfig({ dataDirectory: data, ...anyPort }), silentLog);
  await server.close();
  const store = await openStore({ directory: data });
  await store.organizations.create({ id: "acme", displayName: "", by: BY });
  await store.secrets.create(ORGANIZATION, "API_KEY", env("the first value"), BY);
  await store.secrets.update(ORGANIZATION, "API_KEY", { value: SecretValue.of("the second value") }, BY);
  await store.close();
}

const backup = (options: { withKeys?: boolean } = {}) =>
  backupDirectory(data, file, { withKeys: options.withKeys === true, now: NOW });
const restore = (options: { keysFile?: string } = {}) => restoreBackup(file, elsewhere, options);

/** Everything in a database, table by table. */
function contentOf(directory: string): Readonly<Record<string, unknown>> {
  const tables = rowsOf(directory, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return Object.fromEntries(tables.map(({ name }) => [name, rowsOf(directory, `SELECT * FROM "${name}"`)]));
}

async function reads(directory: string, name: string): Promise<string> {
  const store = await openStore({ directory });
  try {
    return (await store.secrets.access(ORGANIZATION, name)).value.text();
  } finally {
    await store.close();
  }
}

describe("a backup", () => {
  beforeEach(furnish);

  it("restored elsewhere is the same: every row, every file, every value", async () => {
    const before = contentOf(data);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(["secrets", "tokens", "nodes", "changes"]));
    const made = await backup({ withKeys: true });
    expect(made).toMatchObject({ file, withKeys: true, size: statSync(file).size });
    await restore();
    const after = contentOf(elsewhere);
    const own = (rows: unknown) => (rows as { log: string }[]).filter((row) => row.log !== "");
    for (const table of ["audit_events", "audit_heads"])
      expect(own(after[table])).toEqual(own(before[table]));
    // But for the server's own log, which tells of the restoring.
    expect({ ...after, audit_events: 0, audit_heads: 0 }).toEqual({
      ...before,
      audit_events: 0,
      audit_heads: 0,
    });
    for (const name of ["keys.json", "ca.crt", "ca.key", "server.crt", "server.key", "owner-token"]) {
      expect(readFileSync(join(elsewhere, name)), name).toEqual(readFileSync(join(data, name)));
      expect(statSync(join(elsewhere, name)).mode, name).toBe(statSync(join(data, name)).mode);
    }
    expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
    expect(await reads(elsewhere, "API_KEY")).toBe("the second value");
  });

  it("that is restored says so in the server's own log, behind what was there", async () => {
    await backup({ withKeys: true });
    await restore();
    const store = await openStore({ directory: elsewhere });
    const { items } = await store.audit.list("", { pageSize: 1 });
    const comment = "from a backup of 2026-11-21T00:00:00.000Z, revision 4";
    expect(items).toMatchObject([{ action: "server/restored", result: "OK", comment }]);
    expect(await store.audit.verify("")).toMatchObject({ broken: undefined });
    await store.close();
  });

  it("is one file of 0600 that nothing can be read from without the keyring, and is restored with it", async () => {
    const made = await backup();
    expect(made).toMatchObject({ withKeys: false, withKeyring: false });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file);
    const [root] = keyringIn(data).keys;
    const key = "key" in root! ? root.key : "";
    for (const secret of ["the second value", "the first value", key, "PRIVATE KEY"]) {
      expect(bytes.includes(secret), secret).toBe(false);
    }
    expect(bytes.includes(readFileSync(join(data, "owner-token"), "utf8").trim())).toBe(false);
    expect(bytes.includes("BEGIN CERTIFICATE")).toBe(true);
    const refused = await refusalOf(restore());
    expect(refused.describe()).toMatch(/does not hold the root keys.*--keys/);
    await restore({ keysFile: join(data, "keys.json") });
    expect(await reads(elsewhere, "API_KEY")).toBe("the second value");
  });

  it("made while secrets are written and the root key is rotated is as of one revision", async () => {
    const store = await openStore({ directory: data });
    let running = true;
    const writing = (async () => {
      for (let i = 0; running; i += 1) {
        await store.transaction(async (tx) => {
          await tx.secrets.create(ORGANIZATION, `A_${i}`, env(`pair ${i}`), BY);
          await tx.secrets.create(ORGANIZATION, `B_${i}`, env(`pair ${i}`), BY);
        });
        await breath();
      }
    })();
    const files: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const rotating = store.rootKey.rotate({});
      for (let turn = 0; turn < 10 * i; turn += 1) await breath();
      files.push(world.path(`during-${i}.tar`));
      await backupDirectory(data, files[i]!, { withKeys: true, now: NOW });
      await rotating;
    }
    running = false;
    await writing;
    await store.close();
    for (const [i, each] of files.entries()) {
      const directory = world.path(`restored-${i}`);
      await restoreBackup(each, directory, {});
      const restored = await openStore({ directory });
      const { items } = await restored.secrets.list(ORGANIZATION, { pageSize: 1000 });
      const names = items.map(({ id }) => id).filter((id) => id.startsWith("A_"));
      for (const name of names) {
        const pair = [name, name.replace("A_", "B_")].map((id) => restored.secrets.access(ORGANIZATION, id));
        const [a, b] = await Promise.all(pair);
        expect(a!.value.text()).toBe(b!.value.text());
      }
      expect(items.filter(({ id }) => id.startsWith("B_"))).toHaveLength(names.length);
      await restored.close();
    }
  });

  it("can be listed and unpacked by the system's tar", async () => {
    await backup();
    const { status, stdout } = spawnSync("tar", ["-tf", file], { encoding: "utf8" });
    expect([status, stdout.trim().split("\n")]).toEqual([
      0,
      ["manifest.json", "manifest.hmac", "keyhold.db", "ca.crt", "server.crt", "private.sealed"],
    ]);
    const unpacked = spawnSync("tar", ["-xOf", file, "ca.crt"]);
    expect(unpacked.stdout).toEqual(readFileSync(join(data, "ca.crt")));
  });

  it("clears away what a killed one has left, but not one that may be running", async () => {
    for (const name of [".backup-old", ".backup-new"]) mkdirSync(join(data, name));
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(join(data, ".backup-old"), longAgo, longAgo);
    await backup();
    expect(readdirSync(data).filter((name) => name.startsWith("."))).toEqual([".backup-new"]);
  });

  it("leaves nothing beside, and never overwrites a file", async () => {
    const before = readdirSync(data);
    await backup();
    expect(readdirSync(data)).toEqual(before);
    expect(readdirSync(world.directory).sort()).toEqual(["backup.tar", "data"]);
    const refused = await refusalOf(backup());
    expect(refused).toMatchObject({ code: "exists" });
  });

  it("of a directory without a database, or without its keyring, is refused and makes nothing", async () => {
    const missing = await refusalOf(backupDirectory(world.path("typo"), file, { withKeys: false, now: NOW }));
    expect(missing.code).toBe("not-found");
    writeFileSync(join(data, "keys.json"), JSON.stringify({ primary: "x", keys: [] }));
    expect((await refusalOf(backup())).message).toContain("keys.json");
    expect(readdirSync(world.directory)).toEqual(["data"]);
    expect(readdirSync(data).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("into a directory that is not there is refused and makes nothing", async () => {
    file = world.path("nowhere/backup.tar");
    expect((await refusalOf(backup())).message).toContain(file);
    expect(readdirSync(world.directory)).toEqual(["data"]);
  });

  it("of a server whose root key is in a KMS holds the keyring, and needs the KMS", async () => {
    await using server = await TransitServer.start();
    server.addKey("keyhold");
    const store = await openStore({ directory: data });
    await store.rootKey.rotate({ place: world.settings(server) });
    await store.close();
    expect(await backup()).toMatchObject({ withKeys: false, withKeyring: true });
    await restore();
    expect(await reads(elsewhere, "API_KEY")).toBe("the second value");
    server.sealed = true;
    elsewhere = world.path("second");
    expect((await refusalOf(restore())).message).toContain("sealed");
    expect(readdirSync(world.directory)).not.toContain("second");
  });
});

describe("a restore", () => {
  beforeEach(async () => {
    await furnish();
    await backup({ withKeys: true });
  });

  /** Refused, and neither the directory nor anything beside it was made. */
  async function refused(options: { keysFile?: string } = {}): Promise<string> {
    const error = await refusalOf(restore(options));
    expect(readdirSync(world.directory).filter((name) => name === "restored")).toEqual([]);
    return error.describe();
  }

  it("into a directory with anything in it is refused", async () => {
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, "file"), "");
    expect((await refusalOf(restore())).message).toContain("is not empty");
    expect(readdirSync(elsewhere)).toEqual(["file"]);
  });

  it("into an empty directory makes it", async () => {
    mkdirSync(elsewhere, { recursive: true });
    await restore();
    expect(await reads(elsewhere, "API_KEY")).toBe("the second value");
    expect(readdirSync(world.path("restored"))).toEqual(["data"]);
  });

  it("finds every kind of damage before it writes", async () => {
    const good = readFileSync(file);
    for (const at of [0, 600, 5_000, Math.floor(good.length / 2), good.length - 2_000]) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      expect(await refused(), `byte ${at}`).toMatch(/damaged|no backup|altered/);
    }
    for (const length of [0, 100, 3_000, good.length - 3_000]) {
      writeFileSync(file, good.subarray(0, length));
      expect(await refused(), `${length} bytes`).toMatch(/damaged|no backup|altered/);
    }
    writeFileSync(file, "not a backup".repeat(1000));
    expect(await refused()).toContain("is no backup of Keyhold");
  });

  it("of a newer format or a newer schema is refused", async () => {
    const entries: SmallFile[] = [];
    await readTar(file, async (entry) => {
      entries.push({ name: entry.name, mode: entry.mode, content: await bytesOf(entry, 1e9) });
    });
    const [manifest, ...rest] = entries;
    const write = async (change: object) => {
      const document = { ...(JSON.parse(manifest!.content.toString()) as object), ...change };
      const entry = { ...manifest!, content: Buffer.from(JSON.stringify(document)) };
      writeFileSync(file, await buffer(packTar([entry, ...rest], NOW)));
    };
    await write({ formatVersion: 3 });
    expect(await refused()).toMatch(/has format 3.*newer Keyhold/);
    await write({ schema: 1_000 });
    expect(await refused()).toMatch(/has schema 1000.*newer Keyhold/);
    await write({ format: "other" });
    expect(await refused()).toContain("no backup");
  });

  it("with a keyring of another database is refused", async () => {
    const other = await openStore({ directory: world.path("other") });
    await other.close();
    expect(await refused({ keysFile: join(world.path("other"), "keys.json") })).toContain("has no key");
    expect(await refused({ keysFile: world.path("typo.json") })).toContain("there is no file");
  });

  it("of a file that is not there says so", async () => {
    file = world.path("typo.tar");
    expect(await refused()).toContain(file);
  });
});
