import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as breath } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SecretValue } from "../../../common/secret-value.ts";
import { type OpenedStore, openStore } from "../../../controlplane/database.ts";
import { TransitServer } from "../../support/transit-server.ts";
import { env, ORGANIZATION } from "../store/world.ts";
import { KeysWorld, keyringIn, refusalOf, rowsOf } from "./world.ts";

const BY = "users/owner";
let world: KeysWorld;
let data: string;
let store: OpenedStore;
let server: TransitServer | undefined;

beforeEach(() => {
  world = new KeysWorld();
  data = world.path("data");
});
afterEach(async () => {
  await store.close();
  await server?.stop();
  server = undefined;
  world[Symbol.dispose]();
});

const nameOf = (index: number) => `S_${index}`;
const textIn = (name: string) => store.secrets.access(ORGANIZATION, name).then(({ value }) => value.text());
const keyIds = () =>
  rowsOf(data, "SELECT key_id FROM secret_versions UNION SELECT key_id FROM wrapped_keys").map(
    ({ key_id }) => key_id,
  );

async function storeWith(count: number): Promise<void> {
  store = await openStore({ directory: data });
  await store.organizations.create({ id: "acme", displayName: "", by: BY });
  await store.transaction(async (tx) => {
    for (let i = 0; i < count; i += 1) {
      await tx.secrets.create(ORGANIZATION, nameOf(i), env(`value ${i}`), BY);
    }
  });
}

async function everythingReads(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) expect(await textIn(nameOf(i))).toBe(`value ${i}`);
}

async function reopen(): Promise<void> {
  await store.close();
  store = await openStore({ directory: data });
}

describe("a rotation of the root key", () => {
  it("is in the server's own log, with the key's id", async () => {
    await storeWith(1);
    const { rootKey } = await store.rootKey.rotate({});
    const { items } = await store.audit.list("", { pageSize: 1 });
    expect(items).toMatchObject([{ action: "server/root-key.rotated", result: "OK" }]);
    expect(items[0]?.comment).toContain(`root key ${rootKey}, `);
  });

  it("leaves every value readable and writable at every instant, and nobody hears of it", async () => {
    const count = 3000;
    await storeWith(count);
    await store.secrets.delete(ORGANIZATION, nameOf(0), BY);
    const before = keyringIn(data);
    const facts = "SELECT id, fingerprint, revision, version, update_time FROM secrets ORDER BY id";
    const rows = rowsOf(data, facts);
    const revision = await store.changes.currentRevision();
    let running = true;
    let reads = 0;
    let during = 0;
    const failures: unknown[] = [];
    const reader = async () => {
      for (let i = 1; running; i = 1 + (i % (count - 1))) {
        await textIn(nameOf(i)).then(
          (value) => value === `value ${i}` || failures.push(value),
          (thrown: unknown) => failures.push(thrown),
        );
        reads += 1;
        if (reads % 50 === 0) await breath();
      }
    };
    const reading = reader();
    const progress: number[] = [];
    const result = await store.rootKey.rotate({}, ({ done }) => {
      progress.push(done);
      during = reads;
    });
    running = false;
    await reading;
    expect(failures).toEqual([]);
    expect(during).toBeGreaterThan(100);
    expect(progress.length).toBeGreaterThan(10);
    expect(result).toMatchObject({ resumed: false, rewrapped: count + 1, dropped: [before.primary] });
    expect(rowsOf(data, facts)).toEqual(rows);
    expect(await store.changes.currentRevision()).toBe(revision);
    expect(keyringIn(data).keys.map(({ id }) => id)).toEqual([result.rootKey]);
    expect(keyIds()).toEqual([result.rootKey]);
    await reopen();
    await store.secrets.undelete(ORGANIZATION, nameOf(0), BY);
    await everythingReads(200);
  });

  it("goes together with writes: new secrets, new versions, purges", async () => {
    await storeWith(500);
    const rotating = store.rootKey.rotate({});
    for (let i = 0; i < 200; i += 1) {
      await store.secrets.create(ORGANIZATION, `NEW_${i}`, env(`new ${i}`), BY);
      await store.secrets.update(ORGANIZATION, nameOf(i), { value: SecretValue.of(`second ${i}`) }, BY);
      await store.secrets.delete(ORGANIZATION, nameOf(499 - i), BY, { purge: true });
      await breath();
    }
    const { rootKey } = await rotating;
    await reopen();
    expect(keyIds()).toEqual([rootKey]);
    for (let i = 0; i < 200; i += 1) {
      expect([await textIn(`NEW_${i}`), await textIn(nameOf(i))]).toEqual([`new ${i}`, `second ${i}`]);
    }
    expect(await textIn(nameOf(250))).toBe("value 250");
  });

  it("takes effect: the old keyring opens nothing any more", async () => {
    await storeWith(3);
    const old = readFileSync(join(data, "keys.json"));
    await store.rootKey.rotate({});
    await store.close();
    const current = readFileSync(join(data, "keys.json"));
    writeFileSync(join(data, "keys.json"), old);
    expect((await refusalOf(openStore({ directory: data }))).message).toContain("has no key");
    writeFileSync(join(data, "keys.json"), current);
    store = await openStore({ directory: data });
    await everythingReads(3);
  });

  it("that is killed leaves everything readable, and the next one finishes it with the same key", async () => {
    await storeWith(600);
    const { primary } = keyringIn(data);
    await store.close();
    const program = `
      const { openStore } = await import(${JSON.stringify(new URL("../../../controlplane/database.ts", import.meta.url).href)});
      const store = await openStore({ directory: process.argv[1] });
      await store.rootKey.rotate({}, ({ done }) => { if (done >= 200) process.kill(process.pid, "SIGKILL"); });`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program, data]);
    expect(child.signal).toBe("SIGKILL");
    const half = keyringIn(data);
    expect(half.keys.map(({ id }) => id)).toEqual([primary, half.primary]);
    store = await openStore({ directory: data });
    expect(keyIds()).toHaveLength(2);
    await everythingReads(600);
    const result = await store.rootKey.rotate({});
    expect(result).toMatchObject({ resumed: true, rootKey: half.primary, dropped: [primary] });
    expect(result.rewrapped).toBeLessThan(600);
    expect(keyIds()).toEqual([half.primary]);
    await everythingReads(600);
  });

  it("is one at a time", async () => {
    await storeWith(200);
    const first = store.rootKey.rotate({});
    expect((await refusalOf(store.rootKey.rotate({}))).code).toBe("conflict");
    await first;
    expect((await store.rootKey.rotate({})).resumed).toBe(false);
  });

  it("keeps the old key while a row needs it that cannot be unwrapped, and names that", async () => {
    await storeWith(120);
    const { primary } = keyringIn(data);
    await store.close();
    const database = new DatabaseSync(join(data, "keyhold.db"));
    database.exec(`UPDATE secret_versions SET wrapped_key = zeroblob(61)
      WHERE secret_uid = (SELECT uid FROM secrets WHERE id = 'S_7')`);
    database.close();
    store = await openStore({ directory: data });
    const refused = await refusalOf(store.rootKey.rotate({}));
    expect(refused.message).toContain("acme/secrets/S_7");
    expect(keyringIn(data).keys.map(({ id }) => id)).toContain(primary);
    expect(await textIn(nameOf(8))).toBe("value 8");
    await store.secrets.delete(ORGANIZATION, nameOf(7), BY, { purge: true });
    expect(await store.rootKey.rotate({})).toMatchObject({ resumed: true, dropped: [primary] });
  });

  it("that cannot write the keyring changes nothing", async () => {
    await storeWith(2);
    const before = readFileSync(join(data, "keys.json"), "utf8");
    rmSync(join(data, "keys.json.new"), { force: true });
    mkdirSync(join(data, "keys.json.new"));
    const refused = await refusalOf(store.rootKey.rotate({})).finally(() =>
      rmSync(join(data, "keys.json.new"), { recursive: true }),
    );
    expect(refused.message).toContain("keys.json cannot be written");
    expect(readFileSync(join(data, "keys.json"), "utf8")).toBe(before);
    await store.secrets.create(ORGANIZATION, "AFTER", env("x"), BY);
    await reopen();
    expect(await textIn("AFTER")).toBe("x");
  });
});

describe("a root key in a KMS", () => {
  const kms = async () => {
    server = await TransitServer.start();
    server.addKey("keyhold");
    return world.settings(server);
  };

  it("is moved there and back by a rotation, with no key left in the file meanwhile", async () => {
    await storeWith(150);
    const place = await kms();
    const moved = await store.rootKey.rotate({ place });
    expect(moved).toMatchObject({ rewrapped: 151, place: `transit/keyhold at ${server!.address}` });
    expect(keyringIn(data).keys).toEqual([
      { id: moved.rootKey, kms: place, createTime: expect.any(String) as string },
    ]);
    await reopen();
    await everythingReads(150);
    const [row] = rowsOf(data, "SELECT wrapped_key FROM secret_versions LIMIT 1");
    expect(Buffer.from(row!.wrapped_key as Uint8Array).toString("latin1")).toMatch(/^...vault:v1:/s);
    const wraps = server!.requests.filter((line) => line.includes("/encrypt/"));
    expect(wraps.length, "one for the proof, one for the intermediate key").toBe(2);
    await store.rootKey.rotate({ place: "file" });
    await server!.stop();
    await reopen();
    await everythingReads(150);
  });

  it("gets a new version there by a rotation without a place, and all wrap with it", async () => {
    store = await openStore({ directory: data, rootKey: await kms() });
    await store.close();
    await storeWith(60);
    await store.rootKey.rotate({});
    expect(server!.requests).toContain("POST /v1/transit/keys/keyhold/rotate");
    const rows = rowsOf(data, "SELECT wrapped_key FROM secret_versions");
    expect(rows).toHaveLength(60);
    for (const row of rows)
      expect(Buffer.from(row.wrapped_key as Uint8Array).toString("latin1")).toMatch(/^...vault:v2:/s);
    await everythingReads(60);
  });

  it("that goes away in the middle of a rotation is waited for by the next one", async () => {
    await storeWith(200);
    const place = await kms();
    // The key is proved, and then nothing can be wrapped with it.
    server!.sealAfter = 4;
    const refused = await refusalOf(store.rootKey.rotate({ place }));
    expect(refused.message).toContain("sealed");
    expect(keyringIn(data).keys).toHaveLength(2);
    await everythingReads(200);
    server!.sealAfter = Number.POSITIVE_INFINITY;
    server!.sealed = false;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await store.rootKey.rotate({})).toMatchObject({ resumed: true });
    expect(keyringIn(data).keys).toHaveLength(1);
    await everythingReads(200);
  });

  it("is asked once for all that was written in an hour, and reading goes on while it is down", async () => {
    store = await openStore({ directory: data, rootKey: await kms() });
    await store.close();
    await storeWith(20);
    await reopen();
    const before = server!.requests.length;
    await everythingReads(20);
    const asked = server!.requests.length;
    expect(asked - before).toBeLessThanOrEqual(1);
    await everythingReads(20);
    expect(server!.requests).toHaveLength(asked);
    await server!.stop();
    await everythingReads(20);
    const refused = await refusalOf(store.secrets.create(ORGANIZATION, "NEW", env("x"), BY));
    expect(refused.code).toBe("unavailable");
    await everythingReads(20);
  });

  it("that does not fit makes nothing of an empty directory, and is found out by a start", async () => {
    const place = await kms();
    const refused = await refusalOf(openStore({ directory: data, rootKey: { ...place, key: "typo" } }));
    expect(refused.message).toContain("transit/typo");
    expect(readdirSync(data).filter((name) => !["keyhold.lock", ".first-start"].includes(name))).toEqual([]);
    await storeWith(1);
    await store.close();
    const elsewhere = await refusalOf(openStore({ directory: data, rootKey: place }));
    expect(elsewhere.describe()).toMatch(/is in the keyring's file, not in transit\/keyhold.*rotate-key/);
    store = await openStore({ directory: data });
  });

  it("is found again at its new address", async () => {
    store = await openStore({ directory: data, rootKey: await kms() });
    await store.close();
    const tokenFile = world.path("other-token");
    writeFileSync(tokenFile, server!.token);
    const place = { ...world.settings(server!), tokenFile };
    store = await openStore({ directory: data, rootKey: place });
    expect(keyringIn(data).keys[0]).toMatchObject({ kms: { tokenFile } });
    expect(existsSync(join(data, "keys.json.new"))).toBe(false);
  });
});
