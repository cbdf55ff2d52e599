import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SecretValue } from "../../../common/secret-value.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { ALICE, acmeWorld, env, ORGANIZATION, type StoreWorld, WEB, WORKSPACE } from "./world.ts";

const missing = postgresMissing();
const DATABASES = missing === undefined ? (["SQLite", "PostgreSQL"] as const) : (["SQLite"] as const);

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  if (missing === undefined) postgres = await PostgresServer.start();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

if (missing !== undefined) test(`on PostgreSQL: ${missing}`, (context) => context.skip(missing));

describe.each(DATABASES)("the store on %s", (database) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await acmeWorld(database === "PostgreSQL" ? await postgres?.newDatabase() : undefined);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  test("keeps bytes, sizes and times as they were given, and over a new start", async () => {
    const value = SecretValue.of(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    await world.db.secrets.create(WEB, "blob", { kind: "file", value }, ALICE);
    await world.reopen();
    const accessed = await world.db.secrets.access(WEB, "blob");
    expect(accessed.value.bytes()).toEqual(value.bytes());
    const record = await world.db.secrets.get(WEB, "blob");
    expect(record).toMatchObject({ version: 1, size: 256, mode: 0o400, createTime: world.clock.now });
  });

  test("takes a secret through versions, rollback, deletion, undeletion and purging", async () => {
    const { secrets } = world.db;
    await secrets.create(WEB, "API_KEY", env("one"), ALICE);
    await secrets.update(WEB, "API_KEY", { value: SecretValue.of("two") }, ALICE);
    const back = await secrets.rollback(WEB, "API_KEY", 1, ALICE);
    expect(back.secret.version).toBe(3);
    expect((await secrets.access(WEB, "API_KEY", 2)).value.text()).toBe("two");
    await secrets.delete(WEB, "API_KEY", ALICE);
    await expect(secrets.access(WEB, "API_KEY")).rejects.toMatchObject({ code: "not-found" });
    await secrets.undelete(WEB, "API_KEY", ALICE);
    expect((await secrets.access(WEB, "API_KEY")).value.text()).toBe("one");
    await secrets.delete(WEB, "API_KEY", ALICE, { purge: true });
    expect(await secrets.count("secret_versions")).toBe(0);
    await secrets.create(WEB, "API_KEY", env("new"), ALICE);
  });

  test("revokes tokens as trees: of one, of a principal, and of the server's owner", async () => {
    const { tokens, invitations, joinTokens } = world.db;
    const make = (id: string, organization: string | undefined, principal: string, parent?: string) =>
      tokens.create({
        ...{ organization, principal, displayName: "", prefix: "kh_a", scopes: [], hash: id, by: principal },
        parent,
      });
    const root = await make("root", undefined, "users/owner");
    const ci = "organizations/acme/serviceAccounts/ci";
    const child = await make("child", "acme", ci, root.name);
    const grandchild = await make("grandchild", "acme", ci, child.name);
    const own = await make("own", "acme", ALICE);
    const grant = { organization: "acme", expireTime: world.clock.now + 1000, by: "users/owner" };
    const madeWith = child.name;
    const invited = await invitations.create({
      ...grant,
      ...{ user: "alice", resets: false, hash: "i", madeWith },
    });
    await joinTokens.create({ ...grant, projects: [WEB.name], hash: "j", madeWith, maxUses: 2 });
    await joinTokens.redeem("j");
    expect(await tokens.revokeOf("acme", ci, { madeBy: [ci] })).toEqual([]);
    expect((await tokens.revokeOf(undefined, "users/owner")).map(({ id }) => id).toSorted()).toEqual(
      [root.id, child.id, grandchild.id].toSorted(),
    );
    expect((await tokens.get(grandchild.id)).revokeTime).toBe(world.clock.now);
    expect((await tokens.get(own.id)).revokeTime).toBeUndefined();
    expect((await invitations.find("acme", invited.id))?.revokeTime).toBe(world.clock.now);
    await expect(joinTokens.redeem("j")).rejects.toThrow(/revoked/);
    expect((await joinTokens.list("acme", { pageSize: 10 })).items).toMatchObject([{ uses: 1, maxUses: 2 }]);
  });

  test("knows how old a value is, through rollbacks of rollbacks", async () => {
    const { secrets } = world.db;
    const written = world.clock.now;
    await secrets.create(WEB, "API_KEY", env("one"), ALICE);
    world.clock.now += 1000;
    await secrets.update(WEB, "API_KEY", { value: SecretValue.of("two") }, ALICE);
    await secrets.rollback(WEB, "API_KEY", 1, ALICE);
    await secrets.update(WEB, "API_KEY", { value: SecretValue.of("three") }, ALICE);
    await secrets.rollback(WEB, "API_KEY", 3, ALICE);
    const ages = await Promise.all([1, 2, 5, 9].map((version) => secrets.valueTime(WEB, "API_KEY", version)));
    expect(ages).toEqual([written, written + 1000, written, 0]);
  });

  test("refuses an old etag, a second secret of a name and a scope that is not there", async () => {
    const { secrets } = world.db;
    const { secret } = await secrets.create(WEB, "API_KEY", env("one"), ALICE);
    await secrets.update(WEB, "API_KEY", { comment: "x" }, ALICE, { etag: secret.etag });
    await expect(
      secrets.update(WEB, "API_KEY", { comment: "y" }, ALICE, { etag: secret.etag }),
    ).rejects.toMatchObject({ code: "conflict" });
    await expect(secrets.create(WEB, "API_KEY", env("two"), ALICE)).rejects.toMatchObject({ code: "exists" });
    await expect(secrets.create({ ...WEB, id: "none" }, "A", env("1"), ALICE)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("keeps all of a transaction or nothing, and gives a failed one's revision to the next", async () => {
    const before = await world.db.changes.currentRevision();
    const failing = world.db.transaction(async (stores) => {
      await stores.secrets.create(WEB, "FIRST", env("1"), ALICE);
      await stores.secrets.create(WEB, "FIRST", env("2"), ALICE);
    });
    await expect(failing).rejects.toMatchObject({ code: "exists" });
    expect(await world.db.secrets.find(WEB, "FIRST")).toBeUndefined();
    expect(world.seen).toEqual([]);
    await world.db.transaction(async (stores) => {
      await stores.secrets.create(WEB, "FIRST", env("1"), ALICE);
      await stores.secrets.create(ORGANIZATION, "SECOND", env("2"), ALICE);
    });
    expect(await world.db.changes.currentRevision()).toBe(before + 1);
    expect(new Set(world.seen.map((change) => change.revision))).toEqual(new Set([before + 1]));
  });

  test("gives writers at the same time revisions of their own, in order and without gaps", async () => {
    const before = await world.db.changes.currentRevision();
    const ids = Array.from({ length: 20 }, (_, index) => `KEY_${index}`);
    await Promise.all(ids.map((id) => world.db.secrets.create(WEB, id, env(id), ALICE)));
    expect(world.seen.map((change) => change.revision)).toEqual(ids.map((_, index) => before + 1 + index));
    expect(await world.db.changes.changesSince(before)).toEqual(world.seen);
    expect(await world.db.audit.verify((await world.db.organizations.get("acme")).uid)).toMatchObject({
      events: 25,
      broken: undefined,
    });
  });

  test("lists, filters, exports and names audit logs", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    const { audit, organizations } = world.db;
    const { uid } = await organizations.get("acme");
    const resource = `${WEB.name}/secrets/API_KEY`;
    const filter = { resource, action: "secret.created", result: "OK", since: 0, until: Date.now() + 1e15 };
    expect((await audit.list(uid, filter)).items).toMatchObject([{ resource, log: uid, count: 1 }]);
    expect(await audit.after(uid, 0, 10, filter)).toHaveLength(1);
    expect((await audit.list(uid, { resource: `${WEB.name}/secrets/API` })).items).toEqual([]);
    expect(await audit.logs("acme")).toMatchObject([{ log: uid, organization: "acme", exists: true }]);
    const again = await audit.verify(uid, { small: 0 });
    expect(await audit.verify(uid, { small: 0 })).toMatchObject({
      from: again.events + 1,
      broken: undefined,
    });
  });

  test("reads a snapshot as of one revision while others write", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    const revision = await world.db.changes.currentRevision();
    const read = await world.db.snapshot(async (stores, at) => {
      expect(at).toBe(revision);
      const records = await stores.secrets.candidates([WEB]);
      const update = () => world.db.secrets.update(WEB, "API_KEY", { value: SecretValue.of("two") }, ALICE);
      // On one connection it would wait for the end of this snapshot.
      if (database === "PostgreSQL") await outside(update);
      return stores.secrets.values(records);
    });
    expect(read.map((secret) => secret.value.text())).toEqual(["one"]);
  });

  test("lists in pages by name, searches, and sums what processes are given", async () => {
    const { secrets } = world.db;
    for (const id of ["B_KEY", "A_KEY", "C_OTHER"]) await secrets.create(WORKSPACE, id, env("xyz"), ALICE);
    const first = await secrets.list(WORKSPACE, { pageSize: 2 });
    expect(first.items.map((item) => item.name.split("/").at(-1))).toEqual(["A_KEY", "B_KEY"]);
    const second = await secrets.list(WORKSPACE, { pageSize: 2, pageToken: first.nextPageToken });
    expect(second.items.map((item) => item.name.split("/").at(-1))).toEqual(["C_OTHER"]);
    const found = await secrets.list(WORKSPACE, { search: "_key" });
    expect(found.items).toHaveLength(2);
    expect((await secrets.deliveredSizes("acme")).get(WORKSPACE.name)?.environment).toBe(
      2 * (5 + 3 + 2) + (7 + 3 + 2),
    );
    expect(await secrets.count("secrets")).toBe(3);
  });

  test("refuses to lose its references, and forces them away", async () => {
    await expect(world.db.projects.delete("acme", "web")).rejects.toMatchObject({ code: "precondition" });
    await world.db.projects.delete("acme", "web", { force: true });
    expect((await world.db.workspaces.get("acme", "ws-1")).project).toBeUndefined();
    const listed = await world.db.organizations.list({ memberOf: ALICE });
    expect(listed.items).toHaveLength(1);
  });
});

/** Runs `work` as somebody else's: a timer from outside every transaction calls it, so it belongs to none. */
async function outside<T>(work: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  elsewhere.push(() => resolve(work()));
  return promise;
}

const elsewhere: (() => void)[] = [];
let timer: NodeJS.Timeout;
beforeAll(() => {
  timer = setInterval(() => elsewhere.shift()?.(), 5);
});
afterAll(() => clearInterval(timer));
