import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { childName, secretName } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import type { RolloutRecord } from "../../../controlplane/rollout/records/rollout-records.ts";
import { KEPT } from "../../../controlplane/rollout/records/rollout-store.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { container } from "../../support/reports.ts";
import { ALICE, acmeWorld, env, ORGANIZATION, type StoreWorld, WEB } from "../store/world.ts";

const missing = postgresMissing();
const DATABASES = missing === undefined ? (["SQLite", "PostgreSQL"] as const) : (["SQLite"] as const);
const NODE = { ...childName("acme", "nodes", "build-1"), uid: "u" };
const WS = "organizations/acme/workspaces/ws-1";
const KEY = secretName(ORGANIZATION, "API_KEY").name;

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  if (missing === undefined) postgres = await PostgresServer.start();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

if (missing !== undefined) test(`rollouts on PostgreSQL: ${missing}`, (context) => context.skip(missing));

/** The key of the organization's audit log. */
async function logOf({ db }: StoreWorld): Promise<string> {
  return (await db.organizations.get("acme")).uid;
}

describe.each(DATABASES)("a rollout on %s", (database) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await acmeWorld(database === "PostgreSQL" ? await postgres?.newDatabase() : undefined);
    const certificate = { publicKey: "", certificateSerial: "1", certificateExpireTime: 0 };
    await world.db.nodes.create({
      ...NODE,
      projects: [],
      claimAny: true,
      ...certificate,
      by: ALICE,
    });
    const lease = { kind: "take", server: "one", until: 5000 } as const;
    await world.db.nodes.contact(NODE, { lease });
    await world.db.workspaces.claim("acme", "ws-1", NODE.name);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const has = (secret: string, version: number, fingerprint = "") => ({ secret, version, fingerprint });
  const report = (...containers: ReturnType<typeof container>[]) =>
    world.db.receipts.record(NODE, "one", { complete: true, containers });
  const runs = (id: string, ...delivered: ReturnType<typeof has>[]) =>
    container(id, { target: WS, delivered });
  const create = () => world.db.secrets.create(ORGANIZATION, "API_KEY", env("one"), ALICE);
  const write = (value: string) =>
    world.db.secrets.update(ORGANIZATION, "API_KEY", { value: SecretValue.of(value) }, ALICE);
  const shown = ({ secret, version, state, containers }: RolloutRecord) =>
    `${secret.split("/").at(-1)} ${version} ${state} ${containers.map((each) => each.container).join("+")}`;
  const all = async () => (await world.db.rollouts.list("acme", {})).items.map(shown);

  test("begins with the write, for the containers that run and have another version", async () => {
    await create();
    await report(
      runs("behind", has(KEY, 1)),
      runs("has-nothing"),
      container("stopped", { target: WS, state: "STOPPED", delivered: [has(KEY, 1)] }),
      container("another-target", { target: "organizations/acme/projects/gone" }),
    );
    await write("two");
    const [rollout] = (await world.db.rollouts.list("acme", {})).items;
    expect(rollout).toMatchObject({
      ...{ secret: KEY, version: 2, state: "RUNNING", creator: ALICE, total: 2, done: 0, problem: "" },
      ...{ writeBack: "none", createTime: world.clock.now, endTime: undefined },
      containers: [
        { node: NODE.name, container: "behind" },
        { node: NODE.name, container: "has-nothing" },
      ],
    });
    expect(await world.db.rollouts.find("acme", rollout?.id ?? "")).toEqual(rollout);
    expect(await world.db.rollouts.find("acme", "other")).toBeUndefined();
  });

  test("is none where nobody has to get the version", async () => {
    await create();
    await write("two");
    await report(runs("has-it", has(KEY, 2)));
    await world.db.secrets.update(ORGANIZATION, "API_KEY", { comment: "renamed" }, ALICE);
    await world.db.secrets.create(WEB, "API_KEY", { ...env("x"), kind: "opaque" }, ALICE);
    expect(await all()).toEqual([]);
    expect(await world.db.rollouts.busyOrganizations()).toEqual([]);
  });

  test("is followed by the next version's, and by the one that takes the secret away", async () => {
    await create();
    await report(runs("a", has(KEY, 1)));
    await write("two");
    await write("three");
    await world.db.secrets.update(ORGANIZATION, "API_KEY", { comment: "says more" }, ALICE);
    expect(await all()).toEqual(["API_KEY 3 RUNNING a", "API_KEY 2 SUPERSEDED a"]);
    await world.db.secrets.delete(ORGANIZATION, "API_KEY", ALICE);
    expect((await all()).slice(0, 2)).toEqual(["API_KEY 0 RUNNING a", "API_KEY 3 SUPERSEDED a"]);
    await world.db.secrets.undelete(ORGANIZATION, "API_KEY", ALICE);
    expect((await all()).slice(0, 2)).toEqual(["API_KEY 3 RUNNING a", "API_KEY 0 SUPERSEDED a"]);
  });

  test("is over where a newer version is one that its containers have: the value they kept", async () => {
    const { secret } = await create();
    await report(runs("a", has(KEY, 1, secret.fingerprint)));
    await write("two");
    await world.db.secrets.rollback(ORGANIZATION, "API_KEY", 1, ALICE);
    expect(await all()).toEqual(["API_KEY 2 SUPERSEDED a"]);
  });

  test("is there for each secret of one transaction, newest transaction first, in pages", async () => {
    await report(runs("a"));
    await world.db.transaction(async (stores) => {
      for (const id of ["A", "B", "C"]) await stores.secrets.create(ORGANIZATION, id, env(id), ALICE);
    });
    await create();
    const first = await world.db.rollouts.list("acme", { pageSize: 3 });
    const second = await world.db.rollouts.list("acme", { pageSize: 3, pageToken: first.nextPageToken });
    const names = [...first.items, ...second.items].map((each) => each.secret.split("/").at(-1));
    expect(names).toEqual(["API_KEY", "C", "B", "A"]);
    expect(second.nextPageToken).toBe("");
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
  });

  test("keeps that the version before is to be written back, of this write only", async () => {
    await create();
    await report(runs("a", has(KEY, 1)));
    await world.db.transaction(async (stores) => {
      await stores.secrets.update(ORGANIZATION, "API_KEY", { value: SecretValue.of("two") }, ALICE);
      await stores.rollouts.writeBackOnFailure(KEY);
    });
    expect((await world.db.rollouts.active("acme", KEY))[0]?.writeBack).toBe("wanted");
    await write("three");
    expect((await world.db.rollouts.active("acme", KEY))[0]?.writeBack).toBe("none");
  });

  test("is written about in the audit log when it halts, and not for how far it comes", async () => {
    await create();
    await report(runs("a", has(KEY, 1)));
    await write("two");
    const rollout = (await world.db.rollouts.active("acme"))[0] as RolloutRecord;
    const before = (await world.db.audit.list(await logOf(world), {})).items.length;
    world.seen.length = 0;
    const { containers } = rollout;
    const counts = { problem: "", problemTarget: "", total: 1, done: 1, containers };
    await world.db.rollouts.progress(rollout, { ...counts, state: "WAITING" });
    await world.db.rollouts.progress(
      { ...rollout, ...counts, state: "WAITING" },
      { ...counts, state: "WAITING" },
    );
    expect(world.seen.map(({ action }) => action)).toEqual(["updated"]);
    await world.db.rollouts.progress(rollout, { ...counts, state: "HALTED", problem: "container a is down" });
    const { items } = await world.db.audit.list(await logOf(world), {});
    expect(items).toHaveLength(before + 1);
    expect(items[0]).toMatchObject({
      ...{ action: "server/rollout.halted", resource: rollout.name, version: 2, result: "ABORTED" },
      ...{ principal: "", comment: "container a is down" },
    });
    world.clock.now += 1000;
    await world.db.rollouts.progress(rollout, { ...counts, state: "DONE" });
    expect(await world.db.rollouts.find("acme", rollout.id)).toMatchObject({
      state: "DONE",
      endTime: world.clock.now,
    });
    expect(await world.db.rollouts.countByState()).toEqual(new Map([["DONE", 1]]));
    await write("three");
    world.clock.now += KEPT - 1;
    expect(await world.db.rollouts.purgeExpired()).toBe(0);
    world.clock.now += 1;
    expect(await world.db.rollouts.purgeExpired()).toBe(1);
    expect(await all()).toEqual(["API_KEY 3 RUNNING a"]);
    expect(await world.db.audit.verify(await logOf(world))).toMatchObject({ broken: undefined });
  });

  test("outlives its secret, and goes with its organization", async () => {
    await create();
    await report(runs("a", has(KEY, 1)));
    await world.db.secrets.delete(ORGANIZATION, "API_KEY", ALICE, { purge: true });
    expect(await all()).toEqual(["API_KEY 0 RUNNING a"]);
    await world.db.organizations.delete("acme", { force: true });
    expect(await all()).toEqual([]);
    expect(await world.db.rollouts.countByState()).toEqual(new Map());
  });

  test("has steps that outlive the server, one for each container, and go with the node", async () => {
    const place = { organization: "acme", node: NODE.name, container: "a", group: "web" };
    const step = await world.db.rollouts.give({ ...place, had: [`${KEY} 1`] });
    expect(world.seen.at(-1)).toMatchObject({ kind: "rollout-step", resource: NODE.name });
    await expect(world.db.rollouts.give({ ...place, had: [] })).rejects.toThrow();
    await world.reopen();
    expect(await world.db.rollouts.steps("acme")).toEqual([step]);
    expect(await world.db.rollouts.busyOrganizations()).toEqual(["acme"]);
    await world.db.rollouts.fail(step, "it is down");
    const failed = { ...step, failed: true, problem: "it is down" };
    expect(await world.db.rollouts.steps("acme")).toEqual([failed]);
    const other = await world.db.rollouts.give({ ...place, container: "b", had: [] });
    await world.db.rollouts.end(other);
    expect(await world.db.rollouts.steps("acme")).toEqual([failed]);
    await world.db.organizations.delete("acme", { force: true });
    expect(await world.db.rollouts.steps("acme")).toEqual([]);
  });
});
