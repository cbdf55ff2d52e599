import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretValue } from "../../../common/secret-value.ts";
import { RESTORABLE } from "../../../controlplane/secrets/secret-store.ts";
import { ALICE, acmeWorld, env, ORGANIZATION, type StoreWorld, WEB, WORKSPACE } from "./world.ts";

let world: StoreWorld;
beforeEach(async () => {
  world = await acmeWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("writing a secret", () => {
  test("a new one is version 1 and can be read back", async () => {
    const { secret } = await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    expect(secret).toMatchObject({ version: 1, size: 3, creator: ALICE, kind: "env", only: undefined });
    const accessed = await world.db.secrets.access(WEB, "API_KEY");
    expect(accessed.value.text()).toBe("one");
  });

  test("a new value makes a version, and older ones can still be read", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    const { secret } = await world.db.secrets.update(
      WEB,
      "API_KEY",
      { value: SecretValue.of("two"), comment: "leaked" },
      ALICE,
    );
    expect(secret).toMatchObject({ version: 2, comment: "leaked" });
    expect((await world.db.secrets.access(WEB, "API_KEY")).value.text()).toBe("two");
    expect((await world.db.secrets.access(WEB, "API_KEY", 1)).value.text()).toBe("one");
    const versions = await world.db.secrets.versions(WEB, "API_KEY", {});
    expect(versions.items.map((item) => [item.version, item.comment])).toEqual([
      [2, "leaked"],
      [1, ""],
    ]);
  });

  test("the value it has already makes no version, no revision and no news", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    const revision = await world.db.changes.currentRevision();
    world.seen.length = 0;
    const written = await world.db.secrets.update(WEB, "API_KEY", { value: SecretValue.of("one") }, ALICE);
    expect(written).toMatchObject({ changed: false, secret: { version: 1 } });
    expect(await world.db.changes.currentRevision()).toBe(revision);
    expect(world.seen).toEqual([]);
  });

  test("another field changes without a version", async () => {
    const draft = { kind: "file", value: SecretValue.of(Buffer.of(0, 255)) } as const;
    const created = await world.db.secrets.create(WEB, "tls.crt", draft, ALICE);
    expect(created.secret).toMatchObject({ path: "/run/secrets/tls.crt", mode: 0o400 });
    const { secret } = await world.db.secrets.update(WEB, "tls.crt", { mode: 0o444, path: "/etc/x" }, ALICE);
    expect(secret).toMatchObject({ version: 1, mode: 0o444, path: "/etc/x" });
    const back = await world.db.secrets.update(WEB, "tls.crt", { path: null }, ALICE);
    expect(back.secret).toMatchObject({ path: "/run/secrets/tls.crt", mode: 0o444 });
    expect((await world.db.secrets.access(WEB, "tls.crt")).value.bytes()).toEqual(Buffer.of(0, 255));
  });

  test("a rollback writes the old value as a new version", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    await world.db.secrets.update(WEB, "API_KEY", { value: SecretValue.of("two") }, ALICE);
    const { secret } = await world.db.secrets.rollback(WEB, "API_KEY", 1, ALICE, { comment: "back" });
    expect(secret).toMatchObject({ version: 3, comment: "back" });
    expect((await world.db.secrets.access(WEB, "API_KEY")).value.text()).toBe("one");
    const { items } = await world.db.secrets.versions(WEB, "API_KEY", {});
    expect(items.map((item) => item.rollbackOf)).toEqual([1, undefined, undefined]);
    await expect(world.db.secrets.rollback(WEB, "API_KEY", 9, ALICE)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("an old etag is refused and the present one is taken", async () => {
    const { secret } = await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    const change = { value: SecretValue.of("two") };
    const second = await world.db.secrets.update(WEB, "API_KEY", change, ALICE, { etag: secret.etag });
    expect(second.secret.etag).not.toBe(secret.etag);
    await expect(
      world.db.secrets.update(WEB, "API_KEY", { value: SecretValue.of("x") }, ALICE, { etag: secret.etag }),
    ).rejects.toMatchObject({ code: "conflict", retryable: true });
  });

  test("the kind stays", async () => {
    await world.db.secrets.create(WEB, "API_KEY", env("one"), ALICE);
    await expect(world.db.secrets.update(WEB, "API_KEY", { kind: "file" }, ALICE)).rejects.toMatchObject({
      code: "precondition",
    });
  });

  test("a scope that does not exist is refused", async () => {
    const nowhere = { ...WEB, id: "nowhere", name: "organizations/acme/projects/nowhere" };
    await expect(world.db.secrets.create(nowhere, "X", env("1"), ALICE)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("a limit to a project that does not exist is refused, as a typo would limit to nobody", async () => {
    const draft = { ...env("1"), only: ["acme/projects/wbe"] };
    await expect(world.db.secrets.create(ORGANIZATION, "X", draft, ALICE)).rejects.toMatchObject({
      code: "precondition",
      field: "secret.only",
    });
    const good = await world.db.secrets.create(
      ORGANIZATION,
      "X",
      { ...env("1"), only: ["acme/projects/web"] },
      ALICE,
    );
    expect(good.secret.only).toEqual([WEB.name]);
  });
});

describe("deleting a secret", () => {
  beforeEach(async () => {
    await world.db.secrets.create(WORKSPACE, "API_KEY", env("one"), ALICE);
  });

  test("hides it, and restoring brings value and history back", async () => {
    await world.db.secrets.delete(WORKSPACE, "API_KEY", ALICE);
    await expect(world.db.secrets.access(WORKSPACE, "API_KEY")).rejects.toMatchObject({ code: "not-found" });
    expect((await world.db.secrets.list(WORKSPACE, {})).items).toEqual([]);
    expect(await world.db.secrets.candidates([WORKSPACE])).toEqual([]);
    const [shown] = (await world.db.secrets.list(WORKSPACE, { showDeleted: true })).items;
    expect(shown).toMatchObject({ deleteTime: world.clock.now, purgeTime: world.clock.now + RESTORABLE });
    await world.db.secrets.undelete(WORKSPACE, "API_KEY", ALICE);
    expect((await world.db.secrets.access(WORKSPACE, "API_KEY")).value.text()).toBe("one");
  });

  test("keeps its name taken, and says how to restore or purge it", async () => {
    await world.db.secrets.delete(WORKSPACE, "API_KEY", ALICE);
    await expect(world.db.secrets.create(WORKSPACE, "API_KEY", env("x"), ALICE)).rejects.toMatchObject({
      code: "exists",
      message: expect.stringContaining("can be restored until 2026-01-31"),
      next: expect.stringMatching(/Undelete.*--purge/),
    });
  });

  test("is for good after 30 days", async () => {
    await world.db.secrets.delete(WORKSPACE, "API_KEY", ALICE);
    world.clock.now += RESTORABLE - 1;
    expect(await world.db.secrets.purgeExpired()).toBe(0);
    world.clock.now += 1;
    await expect(world.db.secrets.undelete(WORKSPACE, "API_KEY", ALICE)).rejects.toMatchObject({
      code: "not-found",
    });
    expect(await world.db.secrets.purgeExpired()).toBe(1);
    const { secret } = await world.db.secrets.create(WORKSPACE, "API_KEY", env("new"), ALICE);
    expect(secret.version).toBe(1);
  });

  test("with purge is for good at once, also when it was deleted before", async () => {
    await world.db.secrets.delete(WORKSPACE, "API_KEY", ALICE);
    await world.db.secrets.delete(WORKSPACE, "API_KEY", ALICE, { purge: true });
    await expect(world.db.secrets.get(WORKSPACE, "API_KEY", { showDeleted: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("listing secrets", () => {
  test("goes by name in pages, and a token is good for the same list only", async () => {
    for (const id of ["C", "A", "B", "A_B"]) await world.db.secrets.create(WEB, id, env(id), ALICE);
    const first = await world.db.secrets.list(WEB, { pageSize: 3 });
    expect(first.items.map((item) => item.id)).toEqual(["A", "A_B", "B"]);
    const second = await world.db.secrets.list(WEB, { pageSize: 3, pageToken: first.nextPageToken });
    expect(second).toMatchObject({ items: [{ id: "C" }], nextPageToken: "" });
    await expect(world.db.secrets.list(WORKSPACE, { pageToken: first.nextPageToken })).rejects.toMatchObject({
      code: "invalid",
      field: "page_token",
    });
    await expect(world.db.secrets.list(WEB, { pageToken: "nonsense" })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("finds text in names, whatever the case, and takes an underscore for itself", async () => {
    for (const id of ["DB_URL", "DBXURL", "API_KEY"]) await world.db.secrets.create(WEB, id, env("1"), ALICE);
    const found = async (search: string) =>
      (await world.db.secrets.list(WEB, { search })).items.map((item) => item.id);
    expect(await found("b_u")).toEqual(["DB_URL"]);
    expect(await found("url")).toEqual(["DBXURL", "DB_URL"]);
    expect(await found("%")).toEqual([]);
  });
});
