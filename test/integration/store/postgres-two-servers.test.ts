import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopeOf } from "../../../common/resource-name.ts";
import type { Change } from "../../../controlplane/database/change.ts";
import { LISTENER_NAME } from "../../../controlplane/database/postgres/notify.ts";
import { type OpenedStore, openStore } from "../../../controlplane/database.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { env } from "./world.ts";

const missing = postgresMissing();
const ACME = scopeOf("organization", "acme", "acme");
const BY = "users/owner";

let postgres: PostgresServer;
let directory: string;
let url: string;
let one: OpenedStore;
let two: OpenedStore;
const heard: Change[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  postgres = await PostgresServer.start();
  url = await postgres.newDatabase();
  directory = mkdtempSync(join(tmpdir(), "keyhold-two-"));
  one = await openStore({ directory: join(directory, "one"), databaseUrl: url });
  await one.organizations.create({ id: "acme", displayName: "", by: BY });
  two = await openStore({ directory: withKeysOf("one", "two"), databaseUrl: postgres.socketUrl(url) });
  two.changes.onChange((changes) => {
    heard.push(...changes);
  });
});

afterAll(async () => {
  if (missing !== undefined) return;
  await two.close();
  await one.close();
  await postgres[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

if (missing !== undefined) test(`two servers: ${missing}`, (context) => context.skip(missing));

describe.skipIf(missing !== undefined)("two servers on one PostgreSQL database", () => {
  test("one hears in milliseconds what the other has changed, and reads it", async () => {
    const { secret } = await one.secrets.create(ACME, "TOLD", env("value"), BY);
    const milliseconds = await until(() => heard.some((change) => change.resource === secret.name));
    expect(milliseconds).toBeLessThan(1_000);
    expect((await two.secrets.access(ACME, "TOLD")).value.text()).toBe("value");
  });

  test("both writing at once share one counter, and both hear every revision once and in order", async () => {
    const before = await one.changes.currentRevision();
    const heardByOne: Change[] = [];
    const stop = one.changes.onChange((changes) => {
      heardByOne.push(...changes);
    });
    heard.length = 0;
    const ids = Array.from({ length: 20 }, (_, index) => `BOTH_${index}`);
    await Promise.all(
      ids.map((id, index) => (index % 2 === 0 ? one : two).secrets.create(ACME, id, env(id), BY)),
    );
    const revisions = ids.map((_, index) => before + 1 + index);
    await until(() => heard.length >= ids.length && heardByOne.length >= ids.length);
    stop();
    expect(heard.map((change) => change.revision)).toEqual(revisions);
    expect(heardByOne).toEqual(heard);
    expect(await two.audit.verify((await two.organizations.get("acme")).uid)).toMatchObject({
      broken: undefined,
    });
  });

  test("a transaction that fails is heard of by nobody", async () => {
    heard.length = 0;
    const failing = one.transaction(async (stores) => {
      await stores.secrets.create(ACME, "NEVER", env("1"), BY);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await one.secrets.create(ACME, "AFTER", env("1"), BY);
    await until(() => heard.length > 0);
    expect(heard.map((change) => change.resource.split("/").at(-1))).toEqual(["AFTER"]);
  });

  test("what was changed while the listening connection was lost is heard once there is another", async () => {
    heard.length = 0;
    const before = await one.changes.currentRevision();
    const admin = url.replace(/[^/]+$/, "postgres");
    const name = url.split("/").at(-1);
    // Connections that are open stay, and no new one can be made: the listener is away for as long as this test wants.
    await postgres.run(admin, `alter database ${name} allow_connections false`);
    const killed = await postgres.run(
      admin,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${LISTENER_NAME}'`,
    );
    expect(killed).toHaveLength(2);
    await one.secrets.create(ACME, "AWAY_1", env("1"), BY);
    await one.secrets.create(ACME, "AWAY_2", env("2"), BY);
    await sleep(300);
    expect(heard).toEqual([]);
    await postgres.run(admin, `alter database ${name} allow_connections true`);
    await until(() => heard.length >= 2);
    expect(heard.map((change) => change.revision)).toEqual([before + 1, before + 2]);
    await one.secrets.create(ACME, "BACK", env("3"), BY);
    expect(await until(() => heard.length >= 3)).toBeLessThan(1_000);
  });

  test("a server that writes while it cannot listen tells its own of the other's changes first", async () => {
    heard.length = 0;
    await postgres.run(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${LISTENER_NAME}'`,
    );
    await one.secrets.create(ACME, "OTHERS", env("1"), BY);
    await two.secrets.create(ACME, "OWN", env("2"), BY);
    expect(heard.map((change) => change.resource.split("/").at(-1))).toEqual(["OTHERS", "OWN"]);
  });

  test("a server whose connections are all ended goes on with new ones", async () => {
    await postgres.run(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'keyhold%'",
    );
    await sleep(100);
    expect(await two.changes.currentRevision()).toBeGreaterThan(0);
    await one.secrets.update(ACME, "TOLD", { comment: "again" }, BY);
  });

  test("a server without the database's keyring is refused, and so is one with another", async () => {
    const refused = openStore({ directory: join(directory, "empty"), databaseUrl: url });
    await expect(refused).rejects.toMatchObject({ code: "precondition" });
    await expect(refused).rejects.toThrow("keys.json");
    const other = await openStore({
      directory: join(directory, "other"),
      databaseUrl: await postgres.newDatabase(),
    });
    await other.close();
    const wrong = openStore({ directory: withKeysOf("other", "wrong"), databaseUrl: url });
    await expect(wrong).rejects.toMatchObject({ code: "precondition" });
  });

  test("a database that is not there or does not answer is named, without the password", async () => {
    const gone = new URL(url.replace(/[^/]+$/, "nowhere"));
    gone.password = "hunter2";
    const refused = await refusalOf(gone.href);
    expect(refused).toMatchObject({ code: "precondition" });
    expect(refused.message).toContain(`127.0.0.1:${postgres.port}/nowhere`);
    expect(refused.message).not.toContain("hunter2");
    const silent = await refusalOf("postgres://keyhold:hunter2@127.0.0.1:1/keyhold");
    expect(silent).toMatchObject({ code: "unavailable", retryable: true });
    expect(silent.message).not.toContain("hunter2");
  });

  test("the root key cannot be rotated under the other server's feet", async () => {
    await expect(one.rootKey.rotate(undefined)).rejects.toMatchObject({ code: "unimplemented" });
  });
});

function withKeysOf(from: string, to: string): string {
  const path = join(directory, to);
  mkdirSync(path, { mode: 0o700 });
  copyFileSync(join(directory, from, "keys.json"), join(path, "keys.json"));
  return path;
}

async function refusalOf(databaseUrl: string): Promise<Error> {
  const opening = openStore({ directory: join(directory, "refused"), databaseUrl });
  return opening.then(
    () => Promise.reject(new Error("it was opened")),
    (thrown: Error) => thrown,
  );
}

/** Milliseconds until it holds; fails after five seconds. */
async function until(holds: () => boolean): Promise<number> {
  const begin = performance.now();
  while (!holds()) {
    if (performance.now() - begin > 5_000) throw new Error("it did not come about in five seconds");
    await sleep(2);
  }
  return performance.now() - begin;
}
