import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as breath } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTarget } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { type OpenedStore, openStore } from "../../../controlplane/database.ts";
import { TargetResolver } from "../../../controlplane/resolve/target-resolver.ts";
import { TransitServer } from "../../support/transit-server.ts";
import { env, ORGANIZATION } from "../store/world.ts";
import { KeysWorld, keyringIn, refusalOf, rowsOf } from "./world.ts";

const BY = "users/owner";
const PROJECT = parseTarget("acme/projects/web");
let world: KeysWorld;
let data: string;
let store: OpenedStore;

beforeEach(async () => {
  world = new KeysWorld();
  data = world.path("data");
  store = await openStore({ directory: data });
  await store.organizations.create({ id: "acme", displayName: "", by: BY });
  await store.projects.create({ organization: "acme", id: "web", displayName: "", by: BY });
});
afterEach(async () => {
  await store.close();
  world[Symbol.dispose]();
});

const nameOf = (index: number) => `S_${index}`;

/** Secrets with two versions each. */
async function write(count: number): Promise<void> {
  await store.transaction(async (tx) => {
    for (let i = 0; i < count; i += 1) {
      await tx.secrets.create(ORGANIZATION, nameOf(i), env(`first ${i}`), BY);
      await tx.secrets.update(ORGANIZATION, nameOf(i), { value: SecretValue.of(`second ${i}`) }, BY);
    }
  });
}

async function everythingReads(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const texts = await Promise.all(
      [1, 2].map(async (version) =>
        (await store.secrets.access(ORGANIZATION, nameOf(i), version)).value.text(),
      ),
    );
    expect(texts).toEqual([`first ${i}`, `second ${i}`]);
  }
}

async function reopen(): Promise<void> {
  await store.close();
  store = await openStore({ directory: data });
}

/** What a node compares. */
async function told() {
  const { digest, secrets } = await new TargetResolver(store).resolve(PROJECT);
  return { digest, fingerprints: secrets.map(({ id, fingerprint }) => [id, fingerprint]) };
}

const stored = () =>
  rowsOf(data, "SELECT secret_uid, version, sealed, wrapped_key, fingerprint, key_id FROM secret_versions");

describe("a rotation after a theft", () => {
  test("encrypts every kept version again under a new key, deleted secrets included", async () => {
    await write(60);
    await store.secrets.delete(ORGANIZATION, nameOf(3), BY);
    const before = stored();
    const seen: number[] = [];
    const result = await store.rootKey.rotate({ compromised: true }, ({ done }) => seen.push(done));
    expect(result).toMatchObject({ compromised: true, resumed: false, rewrapped: 120 });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(120);
    const after = stored();
    expect(after).toHaveLength(before.length);
    for (const [index, row] of before.entries()) {
      for (const column of ["sealed", "wrapped_key", "fingerprint", "key_id"]) {
        expect(after[index]![column], column).not.toEqual(row[column]);
      }
    }
    expect(keyringIn(data)).toMatchObject({ primary: result.rootKey, keys: [{ id: result.rootKey }] });
    expect(keyringIn(data)).not.toHaveProperty("compromised");
    await store.secrets.undelete(ORGANIZATION, nameOf(3), BY);
    await everythingReads(60);
    await reopen();
    await everythingReads(60);
  });

  test("changes nothing that a node compares, at once, after a restart and after another one", async () => {
    await write(5);
    const before = await told();
    for (let round = 0; round < 2; round += 1) {
      const heard: unknown[] = [];
      store.changes.onChange((changes) => void heard.push(...changes));
      await store.rootKey.rotate({ compromised: true });
      expect(heard).toEqual([]);
      expect(await told()).toEqual(before);
      await reopen();
      expect(await told()).toEqual(before);
    }
    await store.secrets.update(ORGANIZATION, nameOf(0), { value: SecretValue.of("new") }, BY);
    const changed = await told();
    expect(changed.digest).not.toBe(before.digest);
    expect(changed.fingerprints.slice(1)).toEqual(before.fingerprints.slice(1));
    await store.secrets.rollback(ORGANIZATION, nameOf(0), 2, BY);
    expect(await told()).toEqual(before);
    const same = await store.secrets.update(
      ORGANIZATION,
      nameOf(1),
      { value: SecretValue.of("second 1") },
      BY,
    );
    expect(same.changed).toBe(false);
  });

  test("leaves tokens and the audit log as good as they were, and says in the log what was done", async () => {
    await write(1);
    const draft = { organization: "acme", principal: BY, displayName: "", prefix: "kh_", scopes: [], by: BY };
    await store.tokens.create({ ...draft, hash: "hash" });
    await store.rootKey.rotate({ compromised: true });
    expect(await store.tokens.findByHash("hash")).toBeDefined();
    await reopen();
    expect(await store.tokens.findByHash("hash")).toBeDefined();
    const { uid } = await store.organizations.get("acme");
    const verdict = await store.audit.verify(uid, { full: true });
    expect(verdict.events).toBeGreaterThan(1);
    expect(verdict.broken).toBeUndefined();
    const { items } = await store.audit.list("", { pageSize: 1 });
    expect(items[0]).toMatchObject({
      action: "server/root-key.rotated",
      comment: expect.stringContaining("2 versions encrypted again, fingerprint and seal keys renewed"),
    });
  });

  test("goes together with writes: none is lost, none stays under a stolen key", async () => {
    await write(100);
    let running = true;
    let written = 0;
    const writing = (async () => {
      for (; running; written += 1) {
        await store.secrets.create(ORGANIZATION, `NEW_${written}`, env(`new ${written}`), BY);
        if (written < 20) await store.secrets.delete(ORGANIZATION, nameOf(99 - written), BY, { purge: true });
        await breath();
      }
    })();
    const { rootKey } = await store.rootKey.rotate({ compromised: true });
    running = false;
    await writing;
    expect(new Set(stored().map(({ key_id }) => key_id))).toEqual(new Set([rootKey]));
    await everythingReads(80);
    for (let i = 0; i < written; i += 1) {
      const { value } = await store.secrets.access(ORGANIZATION, `NEW_${i}`);
      expect(value.text()).toBe(`new ${i}`);
      const again = await store.secrets.update(ORGANIZATION, `NEW_${i}`, { value }, BY);
      expect(again.changed, `NEW_${i} has a fingerprint of the new key`).toBe(false);
    }
    expect(rowsOf(data, "SELECT * FROM renewed_fingerprints")).toEqual([]);
    expect(rowsOf(data, "SELECT name FROM wrapped_keys")).toEqual([{ name: "fingerprint" }]);
  });

  test.each([
    ["in the middle", 60],
    ["when all is encrypted and nothing has switched", 200],
  ])("that is killed %s leaves everything readable, and the next one finishes it", async (_, at) => {
    await write(100);
    const before = await told();
    const { primary } = keyringIn(data);
    await store.close();
    const program = `
      const { openStore } = await import(${JSON.stringify(new URL("../../../controlplane/database.ts", import.meta.url).href)});
      const store = await openStore({ directory: process.argv[1] });
      await store.rootKey.rotate({ compromised: true }, ({ done }) => { if (done >= ${at}) process.kill(process.pid, "SIGKILL"); });`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program, data]);
    expect(child.signal).toBe("SIGKILL");
    const half = keyringIn(data);
    expect(half).toMatchObject({ compromised: true, keys: [{ id: primary }, { id: half.primary }] });
    const lines: string[] = [];
    const note = (_: object, line: string) => void lines.push(line);
    store = await openStore({ directory: data, log: { warn: note, error: note } });
    expect(lines).toEqual(["A rotation after a theft was cut off: run keyhold server rotate-key again"]);
    await everythingReads(100);
    expect(await told()).toEqual(before);
    await store.secrets.create(ORGANIZATION, "MEANWHILE", env("meanwhile"), BY);
    // Also where somebody leaves out --compromised.
    const result = await store.rootKey.rotate({});
    expect(result).toMatchObject({
      compromised: true,
      resumed: true,
      rootKey: half.primary,
      dropped: [primary],
    });
    expect(result.rewrapped).toBeLessThan(200);
    await everythingReads(100);
    await store.secrets.delete(ORGANIZATION, "MEANWHILE", BY, { purge: true });
    expect(await told()).toEqual(before);
    const { uid } = await store.organizations.get("acme");
    const verdict = await store.audit.verify(uid, { full: true });
    expect(verdict.events).toBeGreaterThan(1);
    expect(verdict.broken).toBeUndefined();
    expect(keyringIn(data).keys.map(({ id }) => id)).toEqual([half.primary]);
  });

  test("finishes no rotation of the plain kind: what that has wrapped again has the stolen data keys", async () => {
    await write(300);
    await store.close();
    const program = `
      const { openStore } = await import(${JSON.stringify(new URL("../../../controlplane/database.ts", import.meta.url).href)});
      const store = await openStore({ directory: process.argv[1] });
      await store.rootKey.rotate({}, ({ done }) => { if (done >= 200) process.kill(process.pid, "SIGKILL"); });`;
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", program, data]).signal).toBe("SIGKILL");
    store = await openStore({ directory: data });
    const result = await store.rootKey.rotate({ compromised: true });
    expect(result).toMatchObject({ resumed: false, rewrapped: 600 });
    expect(result.dropped).toHaveLength(2);
    await everythingReads(300);
  });

  test("keeps the old keys while a version cannot be read, and names it", async () => {
    await write(30);
    await store.close();
    const database = new DatabaseSync(join(data, "keyhold.db"));
    database.exec(`UPDATE secret_versions SET sealed = zeroblob(61)
      WHERE version = 1 AND secret_uid = (SELECT uid FROM secrets WHERE id = 'S_7')`);
    database.close();
    store = await openStore({ directory: data });
    const before = await told();
    const refused = await refusalOf(store.rootKey.rotate({ compromised: true }));
    expect(refused.message).toContain("version 1 of acme/secrets/S_7");
    expect(keyringIn(data).keys).toHaveLength(2);
    expect(await told()).toEqual(before);
    await store.secrets.delete(ORGANIZATION, nameOf(7), BY, { purge: true });
    expect(await store.rootKey.rotate({})).toMatchObject({ resumed: true, compromised: true });
    expect(keyringIn(data).keys).toHaveLength(1);
  });

  test("gives a root key in a KMS a new version there", async () => {
    await write(10);
    await using server = await TransitServer.start();
    server.addKey("keyhold");
    await store.rootKey.rotate({ place: world.settings(server) });
    const before = await told();
    expect(await store.rootKey.rotate({ compromised: true })).toMatchObject({ rewrapped: 20 });
    expect(server.requests).toContain("POST /v1/transit/keys/keyhold/rotate");
    await reopen();
    await everythingReads(10);
    expect(await told()).toEqual(before);
    await store.rootKey.rotate({ place: "file", compromised: true });
    await everythingReads(10);
  });
});
