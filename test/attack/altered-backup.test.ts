import { createHash, randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeyholdError } from "../../common/errors.ts";
import { backupDirectory } from "../../controlplane/backup/backup.ts";
import { restoreBackup } from "../../controlplane/backup/restore.ts";
import { bytesOf, packTar, readTar, type SmallFile } from "../../controlplane/backup/tar-file.ts";
import { newToken } from "../../controlplane/identity/token.ts";
import { ReleaseFixture } from "../fixtures/release-0.1.0/open.ts";
import { codeOf, World } from "../integration/api/world.ts";

/*
 * The attacker can read and write a backup that holds no keys (on a share, in a bucket) and waits for it to be restored by a person
 * who has keys.json.
 */

const NOW = Date.UTC(2026, 10, 28);
let directory: string;
let data: string;
let file: string;
let elsewhere: string;
let entries: SmallFile[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyhold-altered-"));
  data = join(directory, "data");
  file = join(directory, "backup.tar");
  elsewhere = join(directory, "restored");
  const world = await World.start(data);
  await world.populate({ alice: "member" });
  await world.server.close();
  await backupDirectory(data, file, { withKeys: false, now: NOW });
  entries = await entriesOf(file);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function entriesOf(archive: string): Promise<SmallFile[]> {
  const found: SmallFile[] = [];
  await readTar(archive, async (entry) => {
    found.push({ name: entry.name, mode: entry.mode, content: await bytesOf(entry, 1e9) });
  });
  return found;
}

const write = async (files: readonly SmallFile[]) => writeFileSync(file, await buffer(packTar(files, NOW)));
const replaced = (name: string, content: Buffer) =>
  entries.map((entry) => (entry.name === name ? { ...entry, content } : entry));
const contentOf = (name: string) => entries.find((entry) => entry.name === name)!.content;
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** What the restoring is refused with; nothing may have been written. */
async function refusal(options: { unauthenticated?: boolean } = {}): Promise<string> {
  try {
    await restoreBackup(file, elsewhere, { keysFile: join(data, "keys.json"), ...options });
  } catch (thrown) {
    expect(existsSync(elsewhere)).toBe(false);
    return KeyholdError.from(thrown, "restore").describe();
  }
  throw new Error("the altered backup was restored");
}

/** The database of a backup with a token of the server's owner in it that the attacker knows. */
function withForgedToken(database: Buffer): { content: Buffer; secret: string } {
  const path = join(directory, "forged.db");
  writeFileSync(path, database);
  const { secret, hash, prefix } = newToken();
  const db = new DatabaseSync(path);
  const columns = "id, organization, principal, display_name, prefix, scopes, hash, create_time, creator";
  db.prepare(`INSERT INTO tokens (${columns}) VALUES (?, NULL, 'users/owner', 'x', ?, '[]', ?, 0, '')`).run(
    randomUUID(),
    prefix,
    hash,
  );
  db.exec("PRAGMA journal_mode=DELETE");
  db.close();
  return { content: readFileSync(path), secret };
}

/** The manifest as it would have to be for these entries. */
function manifestFor(files: readonly SmallFile[], change: object = {}): Buffer {
  const manifest = JSON.parse(contentOf("manifest.json").toString()) as object;
  const listed = files.slice(2).map(({ name, content }) => ({
    name,
    size: content.length,
    sha256: sha256(content),
  }));
  return Buffer.from(JSON.stringify({ ...manifest, entries: listed, ...change }));
}

/** The format of release 0.1.0, which ends in a checksum that anybody can make. */
async function asOldFormat(files: readonly SmallFile[], change: object = {}): Promise<void> {
  const [, , ...rest] = files;
  const manifest = {
    name: "manifest.json",
    mode: 0o600,
    content: manifestFor(files, { formatVersion: 1, ...change }),
  };
  const archive = await buffer(packTar([manifest, ...rest], NOW));
  const body = archive.subarray(0, archive.length - 1024);
  const checksum = { name: "SHA256", mode: 0o600, content: Buffer.from(`${sha256(body)}\n`) };
  writeFileSync(file, Buffer.concat([body, await buffer(packTar([checksum], NOW))]));
}

describe("a person who can write a backup, and has no keys", () => {
  test("puts a token of the server's owner into its database", async () => {
    await write(replaced("keyhold.db", withForgedToken(contentOf("keyhold.db")).content));
    expect(await refusal()).toContain("keyhold.db in it is not what the server has written");
  });

  test("puts a token in and makes the manifest fit", async () => {
    const forged = replaced("keyhold.db", withForgedToken(contentOf("keyhold.db")).content);
    const content = manifestFor(forged);
    await write(forged.map((entry) => (entry.name === "manifest.json" ? { ...entry, content } : entry)));
    expect(await refusal()).toContain("manifest is not the one that the server has written");
  });

  test.each([
    ["its time", { createTime: "2030-01-01T00:00:00.000Z" }],
    ["its revision", { revision: 999_999 }],
    ["its schema", { schema: 4 }],
    ["nothing but its spaces", {}],
  ])("changes %s in the manifest", async (_, change) => {
    const manifest = JSON.parse(contentOf("manifest.json").toString()) as object;
    await write(replaced("manifest.json", Buffer.from(JSON.stringify({ ...manifest, ...change }))));
    expect(await refusal()).toContain("manifest is not the one");
  });

  test("exchanges the database for that of another backup of the same server", async () => {
    const earlier = join(directory, "earlier.tar");
    await backupDirectory(data, earlier, { withKeys: false, now: NOW - 1_000 });
    const world = await World.start(data);
    await world.call(world.owner, "OrganizationService/CreateOrganization", { organizationId: "later" });
    await world.server.close();
    rmSync(file);
    await backupDirectory(data, file, { withKeys: false, now: NOW });
    entries = await entriesOf(file);
    const old = (await entriesOf(earlier)).find(({ name }) => name === "keyhold.db")!;
    await write(replaced("keyhold.db", old.content));
    expect(await refusal()).toContain("keyhold.db in it is not what the server has written");
  });

  test("exchanges the certificate authority, which is no secret", async () => {
    await write(replaced("ca.crt", Buffer.from("-----BEGIN CERTIFICATE-----")));
    expect(await refusal()).toContain("ca.crt in it is not what the server has written");
  });

  test("takes an entry away, adds one, doubles one, or puts them in another order", async () => {
    await write(entries.filter(({ name }) => name !== "server.crt"));
    expect(await refusal()).toContain("altered");
    await write([...entries, { name: "owner-token", mode: 0o600, content: Buffer.from("kh_") }]);
    expect(await refusal()).toContain("owner-token was added");
    await write([...entries, entries[2]!]);
    expect(await refusal()).toContain("is in it twice");
    await write([...entries.slice(0, 3), ...entries.slice(3).reverse()]);
    expect(await refusal()).toContain("altered");
  });

  test("leaves the seal out", async () => {
    await write(entries.filter(({ name }) => name !== "manifest.hmac"));
    expect(await refusal()).toContain("the seal behind its manifest is missing");
  });

  test("adds a link out of the directory", async () => {
    const archive = pack();
    for (const { name, mode, content } of entries) archive.entry({ name, mode }, content);
    archive.entry({ name: "server.crt2", type: "symlink", linkname: "/etc/passwd" });
    archive.finalize();
    writeFileSync(file, await buffer(archive));
    expect(await refusal()).toContain("altered");
  });

  test("cuts its end off", async () => {
    const whole = readFileSync(file);
    for (const length of [whole.length - 1_500, Math.floor(whole.length / 2), 2_000]) {
      truncateSync(file, length);
      expect(await refusal(), `${length} bytes`).toMatch(/damaged|altered/);
      writeFileSync(file, whole);
    }
  });

  test("writes it in the format of release 0.1.0, which nothing authenticates", async () => {
    await asOldFormat(replaced("keyhold.db", withForgedToken(contentOf("keyhold.db")).content));
    expect(await refusal()).toContain("database is newer than the format of the file");
    expect(await refusal({ unauthenticated: true })).toContain("database is newer than the format");
    await asOldFormat(entries, { schema: 4 });
    expect(await refusal()).toMatch(/format of release 0\.1\.0.*--unauthenticated-backup/s);
  });

  test("alters a backup of release 0.1.0, to be restored with the keys of the updated server", async () => {
    using release = new ReleaseFixture();
    const world = await World.start(release.data);
    await world.server.close();
    entries = await entriesOf(release.backup);
    const { content, secret } = withForgedToken(contentOf("keyhold.db"));
    file = join(directory, "old.tar");
    const [manifest, ...rest] = replaced("keyhold.db", content).slice(0, -1);
    const archive = await buffer(packTar([manifest!, ...rest], NOW));
    const body = archive.subarray(0, archive.length - 1024);
    const checksum = { name: "SHA256", mode: 0o600, content: Buffer.from(`${sha256(body)}\n`) };
    writeFileSync(file, Buffer.concat([body, await buffer(packTar([checksum], NOW))]));
    data = release.data;
    expect(await refusal()).toMatch(/anybody who had the file can alter.*--unauthenticated-backup/s);
    // With the flag nothing can tell: that is what the message says.
    const keysFile = join(release.data, "keys.json");
    const restored = await restoreBackup(file, elsewhere, { keysFile, unauthenticated: true });
    expect(restored.authenticated).toBe(false);
    const started = await World.start(elsewhere);
    expect(await codeOf(started.call(secret, "TokenService/GetIdentity"))).toBe("ok");
    expect(await codeOf(started.call(release.expected.owner, "TokenService/GetIdentity"))).toBe("ok");
    await started.server.close();
  });
});

test("an unaltered backup is restored, and says when it was made and of which revision", async () => {
  const keysFile = join(directory, "keys.json");
  cpSync(join(data, "keys.json"), keysFile);
  const { createTime, revision, authenticated } = await restoreBackup(file, elsewhere, { keysFile });
  expect({ createTime, authenticated }).toEqual({
    createTime: "2026-11-28T00:00:00.000Z",
    authenticated: true,
  });
  expect(revision).toBeGreaterThan(1);
});
