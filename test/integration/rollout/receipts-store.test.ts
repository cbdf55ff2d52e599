import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { childName } from "../../../common/resource-name.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { container } from "../../support/reports.ts";
import { ALICE, acmeWorld, type StoreWorld } from "../store/world.ts";

const missing = postgresMissing();
const DATABASES = missing === undefined ? (["SQLite", "PostgreSQL"] as const) : (["SQLite"] as const);
const NODE = { ...childName("acme", "nodes", "build-1"), uid: "u" };
const WS = "organizations/acme/workspaces/ws-1";
const WEB = "organizations/acme/projects/web";
const KEY = "organizations/acme/secrets/API_KEY";

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  if (missing === undefined) postgres = await PostgresServer.start();
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

if (missing !== undefined) test(`receipts on PostgreSQL: ${missing}`, (context) => context.skip(missing));

describe.each(DATABASES)("receipts on %s", (database) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await acmeWorld(database === "PostgreSQL" ? await postgres?.newDatabase() : undefined);
    await enrol();
    await take("one");
    await world.db.workspaces.claim("acme", "ws-1", NODE.name);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  function enrol() {
    const certificate = { publicKey: "", certificateSerial: "1", certificateExpireTime: 0 };
    return world.db.nodes.create({ ...NODE, projects: [WEB], claimAny: true, ...certificate, by: ALICE });
  }
  const take = (server: string) =>
    world.db.nodes.contact(NODE, { lease: { kind: "take", server, until: 5000 } });
  const record = (...containers: ReturnType<typeof container>[]) =>
    world.db.receipts.record(NODE, "one", { complete: true, containers });
  const kept = async () => (await world.db.receipts.list("acme")).map((each) => each.container);

  test("are what the node said last, and outlive the server", async () => {
    const given = container("a", {
      containerName: 'a "quoted" name',
      target: WS,
      delivered: [{ secret: KEY, version: 7, fingerprint: "f" }],
      waitingUntil: { seconds: 12, nanos: 5 },
    });
    await record(given, container("b"));
    await world.db.receipts.record(NODE, "one", {
      complete: false,
      containers: [container("c", { problem: "stuck" }), container("b", { due: true })],
      gone: [],
    });
    await world.reopen();
    const expected = [given, container("b", { due: true }), container("c", { problem: "stuck" })];
    expect(await kept()).toEqual(expected);
    expect((await world.db.receipts.list("acme"))[0]?.node).toBe(NODE.name);
    await record(container("d"));
    expect(await kept()).toEqual([container("d")]);
    const gone = { complete: false, containers: [], gone: ["d", "never-there"] } as const;
    await world.db.receipts.record(NODE, "one", gone);
    expect(await kept()).toEqual([]);
  });

  test("make no revision", async () => {
    const before = await world.db.changes.currentRevision();
    await record(container("a"));
    expect(await world.db.changes.currentRevision()).toBe(before);
  });

  test("of a node whose stream another server has taken over are that server's to write", async () => {
    await record(container("a"));
    await take("two");
    await record();
    expect(await kept()).toHaveLength(1);
    const lease = { kind: "end", server: "one" } as const;
    await world.db.nodes.contact(NODE, { lease });
    await world.db.nodes.contact(NODE, { lease: { kind: "hold", server: "one", until: 9000 } });
    expect((await world.db.nodes.get("acme", "build-1")).stream).toEqual({ server: "two", until: 5000 });
    await world.db.nodes.contact(NODE, { lease: { ...lease, server: "two" } });
    expect((await world.db.nodes.get("acme", "build-1")).stream).toBeUndefined();
  });

  test("go with their node, revoked or deleted with its organization, and do not come back", async () => {
    await record(container("a"));
    await world.db.nodes.revoke("acme", "build-1");
    expect(await kept()).toEqual([]);
    await take("one");
    await record(container("a"));
    expect(await kept()).toEqual([]);
    await enrol();
    await take("one");
    await record(container("a"));
    await world.db.organizations.delete("acme", { force: true });
    expect(await kept()).toEqual([]);
  });

  test("are found by target, and by secret wherever it is", async () => {
    const has = (secret: string) => [{ secret, version: 1, fingerprint: "" }];
    await record(
      container("a", { target: WS }),
      container("b", { target: WEB, delivered: has(KEY) }),
      container("c", { target: "", delivered: has(`${KEY}_2`) }),
      container("d", { target: "", delivered: has("organizations/acme/secrets/APIxKEY") }),
    );
    const found = async (targets: readonly string[]) =>
      (await world.db.receipts.list("acme", { targets, secret: KEY })).map(
        (each) => each.container.containerId,
      );
    expect(await found([WS])).toEqual(["a", "b"]);
    expect(await found([])).toEqual(["b"]);
  });

  test("count only while the node may have their target, whatever it says and when", async () => {
    const [other, ws2] = ["organizations/acme/projects/other", "organizations/acme/workspaces/ws-2"];
    await world.db.projects.create({ organization: "acme", id: "other", displayName: "", by: ALICE });
    const draft = { organization: "acme", id: "ws-2", displayName: "", owner: ALICE, by: ALICE };
    await world.db.workspaces.create(draft);
    const targets = [WS, WEB, other, ws2, `${ws2}x`, "organizations/other/workspaces/ws-1", "nonsense"];
    await record(...targets.map((target, index) => container(`c${index}`, { target })));
    const counted = async () => {
      const listed = (await world.db.receipts.list("acme")).map(({ container: { target } }) => target);
      expect(new Set(await world.db.receipts.targets("acme"))).toEqual(new Set(listed));
      return listed;
    };
    expect(await counted()).toEqual([WS, WEB]);
    await world.db.workspaces.claim("acme", "ws-2", NODE.name);
    expect(await counted()).toEqual([WS, WEB, ws2]);
    await world.db.workspaces.update("acme", "ws-1", { node: null, by: ALICE });
    expect(await counted()).toEqual([WEB, ws2]);
    await world.db.projects.delete("acme", "web", { force: true });
    expect(await counted()).toEqual([ws2]);
    await world.db.workspaces.update("acme", "ws-1", { node: NODE.name, by: ALICE });
    expect(await counted()).toEqual([WS, ws2]);
  });

  test("say to which project or workspace their target belongs", async () => {
    const draft = { organization: "acme", id: "ws-2", displayName: "", owner: ALICE, by: ALICE };
    await world.db.workspaces.create({ ...draft, node: NODE.name });
    const ws2 = "organizations/acme/workspaces/ws-2";
    await record(...[WS, WEB, ws2, ""].map((target, index) => container(`c${index}`, { target })));
    expect((await world.db.receipts.list("acme")).map(({ home }) => home)).toEqual([WEB, WEB, ws2, ""]);
  });

  test("of thousands of containers are written and forgotten at once", async () => {
    const many = Array.from({ length: 1201 }, (_, index) => container(`c${index}`));
    await record(...many);
    expect(await kept()).toHaveLength(1201);
    await record(container("c0"));
    expect(await kept()).toHaveLength(1);
  });
});
