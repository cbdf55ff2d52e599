import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretValue } from "../../../common/secret-value.ts";
import { openStore } from "../../../controlplane/database.ts";
import { ALICE, acmeWorld, env, ORGANIZATION, type StoreWorld, WEB } from "./world.ts";

let world: StoreWorld;
beforeEach(async () => {
  world = await acmeWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const file = (name: string) => join(world.directory, name);

/** Changes rows behind the store's back. */
function tamper(sql: string): void {
  const database = new DatabaseSync(file("keyhold.db"), { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
}

/** Names of the data directory's files (but the keyring) that hold these bytes. */
function filesWith(bytes: Buffer): readonly string[] {
  return readdirSync(world.directory)
    .filter((name) => name !== "keys.json")
    .filter((name) => readFileSync(file(name)).includes(bytes));
}

describe("values at rest", () => {
  test("no file of the database holds a value or the root key, while a comment is found there", async () => {
    const value = "plaintext-7f3a9c-of-a-secret";
    const second = "plaintext-second-version-11aa";
    const comment = "planted-comment-4b1d";
    await world.db.secrets.create(WEB, "API_KEY", { ...env(value), comment }, ALICE);
    await world.db.secrets.update(WEB, "API_KEY", { value: SecretValue.of(second) }, ALICE);
    expect(readdirSync(world.directory)).toContain("keyhold.db-wal");
    const { keys } = JSON.parse(readFileSync(file("keys.json"), "utf8")) as { keys: { key: string }[] };
    const [root] = keys;
    const secrets = [value, second, root!.key].map((text) => Buffer.from(text));
    secrets.push(Buffer.from(value).subarray(0, 12), Buffer.from(root!.key, "base64"));
    for (const bytes of [...secrets, Buffer.from(Buffer.from(value).toString("base64"))]) {
      expect(filesWith(bytes)).toEqual([]);
    }
    expect(filesWith(Buffer.from(comment))).not.toEqual([]);
    await world.reopen();
    for (const bytes of secrets) expect(filesWith(bytes)).toEqual([]);
    expect(filesWith(Buffer.from(comment))).toContain("keyhold.db");
    expect((await world.db.secrets.access(WEB, "API_KEY")).value.text()).toBe(second);
  });

  test("no data key is in a file of the database", async () => {
    const seen: Buffer[] = [];
    const unsealed = { id: "test", ...keeping(seen) };
    const directory = `${world.directory}-2`;
    const db = await openStore({ directory, keys: unsealed });
    await db.organizations.create({ id: "acme", displayName: "", by: ALICE });
    await db.secrets.create(ORGANIZATION, "API_KEY", env("value"), ALICE);
    await db.close();
    const bytes = readFileSync(join(directory, "keyhold.db"));
    // The fingerprint key and the secret's: the provider hides each by adding one to its bytes.
    expect(seen).toHaveLength(2);
    for (const key of seen) {
      expect(bytes.includes(key)).toBe(false);
      expect(bytes.includes(hide(key))).toBe(true);
    }
  });

  test("what is purged leaves no trace of its fields either, but for its name and comments in the audit log", async () => {
    await world.db.secrets.create(
      WEB,
      "GONE_FOR_GOOD",
      { ...env("x"), kind: "file", path: "/erase-me-93" },
      ALICE,
    );
    await world.db.secrets.delete(WEB, "GONE_FOR_GOOD", ALICE, { purge: true });
    await world.reopen();
    await world.db.close();
    expect(filesWith(Buffer.from("erase-me-93"))).toEqual([]);
    await world.reopen().catch(() => undefined);
  });
});

describe("a row that somebody moves", () => {
  beforeEach(async () => {
    await world.db.secrets.create(WEB, "A", env("value of a"), ALICE);
    await world.db.secrets.create(WEB, "B", env("value of b"), ALICE);
    await world.db.secrets.update(WEB, "A", { value: SecretValue.of("second of a") }, ALICE);
  });

  test.each([
    ["to another name", "UPDATE secrets SET id = 'C' WHERE id = 'A'", WEB, "C"],
    [
      "to another scope",
      "UPDATE secrets SET level = 'organization', scope_id = 'acme' WHERE id = 'A'",
      ORGANIZATION,
      "A",
    ],
    [
      "to another secret's data key",
      `UPDATE secret_versions SET wrapped_key = (SELECT wrapped_key FROM secret_versions
        WHERE secret_uid = (SELECT uid FROM secrets WHERE id = 'B'))`,
      WEB,
      "A",
    ],
    [
      "with its value and key to another secret",
      `UPDATE secrets SET uid = 'x' WHERE id = 'A';
      UPDATE secret_versions SET secret_uid = 'x' WHERE secret_uid NOT IN (SELECT uid FROM secrets)`,
      WEB,
      "A",
    ],
    [
      "to another version",
      `UPDATE secret_versions SET version = 9 WHERE version = 2;
      UPDATE secret_versions SET version = 2 WHERE version = 1 AND secret_uid = (SELECT uid FROM secrets WHERE id = 'A')`,
      WEB,
      "A",
    ],
  ])("%s does not decrypt", async (_, sql, scope, id) => {
    tamper(sql);
    await expect(world.db.secrets.access(scope, id)).rejects.toThrow(/altered|moved/);
    await expect(world.db.secrets.access(WEB, "B")).resolves.toMatchObject({ version: 1 });
  });
});

describe("the keyring file", () => {
  test("is for the owner alone, like the directory", () => {
    expect(statSync(file("keys.json")).mode & 0o777).toBe(0o600);
    expect(statSync(world.directory).mode & 0o777).toBe(0o700);
  });

  test.each([
    [
      "that others can read",
      () => chmodSync(file("keys.json"), 0o640),
      /can be read by other users/,
      /chmod 600/,
    ],
    ["that is missing", () => rmSync(file("keys.json")), /keys\.json is missing/, /put back/],
    [
      "that is not JSON",
      () => writeFileSync(file("keys.json"), "{"),
      /keys\.json cannot be used/,
      /put back/,
    ],
    ["of another database", () => otherKeys(), /keys\.json has no key/, /put back/],
    ["with another key of the same id", () => otherKeys(true), /keys\.json does not open/, /put back/],
  ])("%s is refused with the file and the next step", async (_, spoil, message, next) => {
    await world.db.close();
    const kept = `${world.directory}-keys.json`;
    copyFileSync(file("keys.json"), kept);
    spoil();
    await expect(openStore({ directory: world.directory })).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(message),
      next: expect.stringMatching(next),
    });
    renameSync(kept, file("keys.json"));
    chmodSync(file("keys.json"), 0o600);
    await world.reopen();
    expect(await world.db.organizations.get("acme")).toMatchObject({ id: "acme" });
  });
});

describe("the data directory", () => {
  test("is for one process: a second one is told so, and can have it when the first has ended", async () => {
    const second = () => openElsewhere(world.directory);
    expect(second()).toMatch(/^precondition: .* is in use by another Keyhold server/);
    await expect(openStore({ directory: world.directory })).rejects.toMatchObject({
      message: expect.stringContaining("is in use"),
    });
    await world.db.close();
    expect(second()).toBe("opened");
    await world.reopen();
  });

  test("that cannot be written is one clear error", async () => {
    writeFileSync(`${world.directory}-file`, "");
    for (const directory of [`${world.directory}-file/data`, "/proc/keyhold-cannot-be"]) {
      await expect(openStore({ directory })).rejects.toMatchObject({
        code: "precondition",
        message: expect.stringContaining(`${directory} cannot be written`),
        next: expect.stringContaining("--data"),
      });
    }
  });

  test("that is open to others is closed if it is ours or empty, and refused if not", async () => {
    const directory = `${world.directory}-open`;
    mkdirSync(directory, { mode: 0o755 });
    await (await openStore({ directory })).close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const shared = `${world.directory}-shared`;
    mkdirSync(shared, { mode: 0o755 });
    writeFileSync(join(shared, "something"), "");
    await expect(openStore({ directory: shared })).rejects.toMatchObject({ code: "precondition" });
    expect(readdirSync(shared)).toEqual(["something"]);
  });

  test("of a newer program is left alone", async () => {
    await world.db.close();
    tamper("INSERT INTO schema_migrations VALUES (99, 'from the future', 0)");
    await expect(openStore({ directory: world.directory })).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/schema 99, and this program knows only \d+/),
    });
    tamper("DELETE FROM schema_migrations WHERE version = 99");
    await world.reopen();
  });
});

/** Opens the directory in another process; what came of it. */
function openElsewhere(directory: string): string {
  const module = pathToFileURL(join(import.meta.dirname, "../../../controlplane/database.ts")).href;
  const program = `
    const { openStore } = await import(${JSON.stringify(module)});
    try {
      const db = await openStore({ directory: ${JSON.stringify(directory)} });
      await db.close();
      console.log("opened");
    } catch (error) {
      console.log(error.code + ": " + error.message);
    }`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  return stdout.trim();
}

function otherKeys(sameId = false): void {
  const document = JSON.parse(readFileSync(file("keys.json"), "utf8")) as {
    primary: string;
    keys: { id: string; key: string }[];
  };
  const id = sameId ? document.primary : "other";
  const [entry] = document.keys;
  const key = Buffer.alloc(32, 7).toString("base64");
  writeFileSync(file("keys.json"), JSON.stringify({ primary: id, keys: [{ ...entry, id, key }] }));
}

function hide(key: Buffer): Buffer {
  return Buffer.from(key.map((byte) => (byte + 1) & 0xff));
}

/** A key provider that notes the keys it is given. */
function keeping(seen: Buffer[]) {
  return {
    wrap: async (key: Buffer) => {
      seen.push(Buffer.from(key));
      return { keyId: "test", bytes: hide(key) };
    },
    unwrap: async ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes.map((byte) => (byte - 1) & 0xff)),
  };
}
