import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { parseServerConfig, type ServerFlags } from "../../../controlplane/config.ts";
import { startServer } from "../../../controlplane/server.ts";
import { ANY_PORT, World } from "../api/world.ts";

let base: string;
/** The data directory of a server that has stopped; each test takes a copy. */
let original: string;
let token: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "keyhold-lost-"));
  original = join(base, "original");
  const world = await World.start(original);
  token = world.owner;
  await world.populate({ alice: "member" });
  const parent = "organizations/acme/projects/web";
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("kept") };
  await world.call(token, "SecretService/CreateSecret", { parent, secretId: "API_KEY", secret });
  await world.server.close();
});
afterAll(() => rm(base, { recursive: true, force: true }));

let copies = 0;
function copy(): string {
  copies += 1;
  const directory = join(base, `copy-${copies}`);
  cpSync(original, directory, { recursive: true });
  return directory;
}

async function refusalOf(dataDirectory: string, flags: Partial<ServerFlags> = {}): Promise<KeyholdError> {
  const config = parseServerConfig({ dataDirectory, ...ANY_PORT, ...flags });
  const thrown: unknown = await startServer(config, silentLog).then(
    (server) => server.close(),
    (refused: unknown) => refused,
  );
  expect(thrown).toBeInstanceOf(KeyholdError);
  return thrown as KeyholdError;
}

/** Every file with its content, but for the lock. */
function contentOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory).filter((name) => !name.startsWith("keyhold.lock"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "base64")]));
}

const databaseFiles = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name.startsWith("keyhold.db"))
    .map((name) => join(directory, name));

describe("a server whose database is gone does not start an empty one over the old keys", () => {
  const lose = {
    "the database is missing": (directory: string) => {
      for (const path of databaseFiles(directory)) rmSync(path);
    },
    "the database is empty": (directory: string) => truncateSync(join(directory, "keyhold.db"), 0),
    "the database has no tables": (directory: string) => {
      for (const path of databaseFiles(directory)) rmSync(path);
      new DatabaseSync(join(directory, "keyhold.db")).close();
    },
    "only the CA is left": (directory: string) => {
      for (const path of databaseFiles(directory)) rmSync(path);
      rmSync(join(directory, "keys.json"));
      rmSync(join(directory, "owner-token"));
    },
    "only the keys are left": (directory: string) => {
      for (const path of databaseFiles(directory)) rmSync(path);
      for (const name of ["ca.key", "ca.crt", "owner-token"]) rmSync(join(directory, name));
    },
  };

  test.each(Object.entries(lose))(
    "%s: it names the file and the ways out, and changes nothing",
    async (_, damage) => {
      const directory = copy();
      damage(directory);
      const before = contentOf(directory);
      const refusal = await refusalOf(directory);
      expect(refusal.code).toBe("precondition");
      expect(refusal.message).toContain(join(directory, "keyhold.db"));
      expect(refusal.next).toMatch(/keyhold server restore FILE.*--new/);
      expect(contentOf(directory)).toEqual(before);
    },
  );

  test("put back, the database opens with everything that was in it", async () => {
    const directory = copy();
    const kept = databaseFiles(directory).map((path) => [path, readFileSync(path)] as const);
    for (const [path] of kept) rmSync(path);
    await refusalOf(directory);
    for (const [path, content] of kept) writeFileSync(path, content);
    const world = await World.start(directory);
    try {
      const name = "organizations/acme/projects/web/secrets/API_KEY";
      const { value } = await world.call<{ value: Buffer }>(token, "SecretService/AccessSecret", { name });
      expect(value.toString()).toBe("kept");
    } finally {
      await world.server.close();
    }
  });

  test("with --new it begins anew and keeps the old files aside", async () => {
    const directory = copy();
    for (const path of databaseFiles(directory)) rmSync(path);
    const world = await World.start(directory, { startNew: true });
    try {
      expect(world.server.firstStart).toBe(true);
      expect(world.owner).not.toBe(token);
      const [aside = ""] = readdirSync(directory).filter((name) => name.startsWith("before-"));
      expect(readdirSync(join(directory, aside))).toEqual(
        expect.arrayContaining(["keys.json", "ca.key", "ca.crt", "owner-token"]),
      );
      expect(readFileSync(join(directory, aside, "owner-token"), "utf8").trim()).toBe(token);
    } finally {
      await world.server.close();
    }
  });

  test("--new does not touch a database that holds something", async () => {
    const directory = copy();
    const before = contentOf(directory);
    expect((await refusalOf(directory, { startNew: true })).message).toMatch(/holds data/);
    expect(contentOf(directory)).toEqual(before);
  });
});

describe("a first start that did not end", () => {
  const marker = ".first-start";
  const lose = (directory: string, ...names: readonly string[]) => {
    for (const path of [...databaseFiles(directory), ...names.map((name) => join(directory, name))])
      rmSync(path);
  };

  test("is repeated where it was killed before its database belonged to its keys", async () => {
    const directory = copy();
    lose(directory, "ca.key", "ca.crt", "owner-token");
    writeFileSync(join(directory, marker), "");
    const world = await World.start(directory);
    expect(world.server.firstStart).toBe(true);
    expect(readdirSync(directory)).not.toContain(marker);
    await world[Symbol.asyncDispose]();
  });

  test("leaves no mark where it was refused before it made anything", async () => {
    const directory = join(base, "refused");
    const tokenFile = join(base, "kms-token");
    writeFileSync(tokenFile, "any", { mode: 0o600 });
    const kms = { type: "vault-transit", address: "http://127.0.0.1:1", mount: "transit", key: "k" } as const;
    expect((await refusalOf(directory, { rootKey: { ...kms, tokenFile } })).code).toBe("unavailable");
    expect(readdirSync(directory)).not.toContain(marker);
  });

  test("does not let a later start begin anew over the files of a server that has lost its database", async () => {
    const directory = copy();
    lose(directory);
    writeFileSync(join(directory, marker), "");
    const before = contentOf(directory);
    expect((await refusalOf(directory)).message).toContain("of an earlier server; nothing was changed");
    expect(contentOf(directory)).toEqual(before);
  });
});

describe("a damaged database is named with the way to restore it", () => {
  const corrupt = (directory: string, offset: number, length: number) => {
    const path = join(directory, "keyhold.db");
    const content = readFileSync(path);
    content.fill(0x5a, offset, offset + length);
    writeFileSync(path, content);
  };

  test.each([
    [
      "text in its place",
      (directory: string) => writeFileSync(join(directory, "keyhold.db"), "not a database".repeat(100)),
    ],
    ["half of it", (directory: string) => truncateSync(join(directory, "keyhold.db"), 8192)],
    [
      "the first page of a table overwritten",
      (directory: string) => {
        const database = new DatabaseSync(join(directory, "keyhold.db"));
        const row = database.prepare("select rootpage from sqlite_schema where name = 'secrets'").get();
        database.close();
        corrupt(directory, (Number(row?.rootpage) - 1) * 4096, 4096);
      },
    ],
  ])("%s", async (_, damage) => {
    const directory = copy();
    damage(directory);
    const refusal = await refusalOf(directory);
    expect(refusal.message).toContain(`the database ${join(directory, "keyhold.db")} is damaged`);
    expect(refusal.next).toContain("keyhold server restore FILE");
  });

  test("a page deep in a table is found beside the running server, in the log and in /readyz", async () => {
    const directory = copy();
    const path = join(directory, "keyhold.db");
    const database = new DatabaseSync(path);
    database.exec("create table filler (x blob)");
    const insert = database.prepare("insert into filler values (?)");
    for (let row = 0; row < 200; row += 1) insert.run(Buffer.alloc(2000, row));
    database.close();
    const size = readFileSync(path).length;
    corrupt(directory, size - 4096 * 4, 4096);
    const world = await World.start(directory);
    try {
      const ready = () => fetch(`http://${world.server.httpAddress}/readyz`);
      await vi.waitFor(async () => expect((await ready()).status).toBe(503), { timeout: 10_000 });
      expect(await (await ready()).text()).toContain("is damaged");
      expect(world.lines.filter((line) => line.includes("The database is damaged"))).toHaveLength(1);
    } finally {
      await world.server.close();
    }
  });
});
