import { createHmac } from "node:crypto";
import { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BEFORE_THE_FIRST, hashOfRow } from "../../../common/audit-chain.ts";
import type { AuditFields } from "../../../common/audit-row.ts";
import { HeadSeal } from "../../../controlplane/audit/head.ts";
import { listLogs } from "../../../controlplane/audit/logs.ts";
import { sealSeparated } from "../../../controlplane/audit/seal-separated.ts";
import { verify } from "../../../controlplane/audit/verify.ts";
import { migrate } from "../../../controlplane/database/migrations/migrate.ts";
import { MIGRATIONS } from "../../../controlplane/database/migrations/migrations.ts";
import type { Schema } from "../../../controlplane/database/schema.ts";
import { sqliteDialect } from "../../../controlplane/database/sqlite/sqlite-dialect.ts";

const KEY = Buffer.alloc(32, 5);
const ORG = "organizations/tenant";
const CREATE = "keyhold.v1.OrganizationService/CreateOrganization";
const OPTIONS = { types: { bytes: "blob" }, place: "memory", now: 1 } as const;
/** What release 0.1.0 had. */
const RELEASED = MIGRATIONS.slice(0, 4);

/** A database as release 0.1.0 has left it: a log in which an organization was created, deleted and created again. */
let db: Kysely<Schema>;

beforeEach(async () => {
  db = new Kysely<Schema>({ dialect: sqliteDialect(":memory:") });
  await migrate(db, { ...OPTIONS, migrations: RELEASED });
  const rows = [
    [CREATE, ORG],
    ["keyhold.v1.SecretService/CreateSecret", `${ORG}/secrets/A`],
    ["keyhold.v1.OrganizationService/DeleteOrganization", ORG],
    [CREATE, ORG],
    ["keyhold.v1.UserService/CreateUser", `${ORG}/users/alice`],
    ["keyhold.v1.SecretService/CreateSecret", `${ORG}/users/alice/secrets/MINE`],
  ] as const;
  let hash: Uint8Array = BEFORE_THE_FIRST;
  for (const [index, [action, resource]] of rows.entries()) {
    hash = await insert(index + 1, action, resource, hash);
  }
  const sealed = JSON.stringify(["tenant", rows.length, Buffer.from(hash).toString("hex")]);
  const seal = createHmac("sha256", KEY).update(sealed).digest();
  await old("audit_heads", { organization: "tenant", sequence: rows.length, hash, seal });
  const place = { organization: "tenant", display_name: "", creator: "", revision: 1 };
  await old("organizations", {
    ...{ id: "tenant", uid: "second-uid", display_name: "", creator: "", revision: 1 },
    create_time: 4,
  });
  await old("users", { ...place, id: "alice", uid: "alice-uid", create_time: 5 });
});
afterEach(() => db.destroy());

const old = (table: string, row: object) =>
  db
    .insertInto(table as "organizations")
    .values(row as never)
    .execute();

async function insert(sequence: number, action: string, resource: string, before: Uint8Array) {
  const row: AuditFields = {
    ...{ format: 1, log: "", organization: "tenant", sequence, time: sequence, principal: "p", token: "" },
    ...{ address: "", requestId: "", action, resource, resourceUid: "", ownerUid: "", version: 0 },
    ...{ result: "OK", count: 1, comment: "", details: [] },
  };
  const hash = hashOfRow(row, before);
  const { organization, time, principal, address, version, result, comment } = row;
  const what = { action, resource, version, result, comment, hash };
  await old("audit_events", { organization, sequence, time, principal, address, request_id: "", ...what });
  return hash;
}

const seal = new HeadSeal(() => KEY);
const sessions = {
  snapshot: <T>(fn: (from: Kysely<Schema>, revision: number) => Promise<T>) => fn(db, 0),
  write: <T>(fn: (tx: never) => Promise<T>) => fn({ db } as never),
};
const verified = (log: string) => verify(sessions, seal, log, { full: true });

async function upgraded() {
  await migrate(db, OPTIONS);
  await sealSeparated(db, seal);
  return listLogs(db, "tenant");
}

test("a log of two organizations of one name becomes one for each, and both are intact", async () => {
  const logs = await upgraded();
  expect(logs).toMatchObject([
    { exists: false, events: 3, firstTime: 1, lastTime: 3 },
    { log: "second-uid", exists: true, events: 3, firstTime: 4, lastTime: 6 },
  ]);
  for (const { log } of logs) expect(await verified(log)).toMatchObject({ events: 3, broken: undefined });
});

test("a row that was changed before is found afterwards, in the log where it is", async () => {
  await db.updateTable("audit_events").set({ comment: "x" }).where("sequence", "=", 2).execute();
  const [first, second] = await upgraded();
  expect((await verified(first?.log ?? "")).broken?.sequence).toBe(2);
  expect((await verified(second?.log ?? "")).broken).toBeUndefined();
});

test("a log whose end was not sealed by the server before is not sealed afterwards", async () => {
  await db
    .updateTable("audit_heads")
    .set({ seal: Buffer.alloc(32) })
    .execute();
  for (const { log } of await upgraded())
    expect((await verified(log)).broken?.problem).toContain("not made by this server's key");
});

test("somebody who puts a log into the database later gets no seal for it", async () => {
  await upgraded();
  const head = await db
    .selectFrom("audit_heads")
    .selectAll()
    .where("log", "=", "second-uid")
    .executeTakeFirst();
  const forged = { ...head, log: "forged", seal: Buffer.alloc(0), seal_format: 0 };
  await old("audit_heads", { ...forged, base_sequence: 0, base_hash: BEFORE_THE_FIRST });
  await sealSeparated(db, seal);
  const found = await db.selectFrom("audit_heads").selectAll().where("log", "=", "forged").executeTakeFirst();
  expect(found?.seal).toHaveLength(0);
});

test("users read the old rows about their own", async () => {
  await upgraded();
  const rows = await db.selectFrom("audit_events").select(["sequence", "owner_uid"]).execute();
  const own = rows.filter(({ owner_uid }) => owner_uid === "alice-uid").map(({ sequence }) => sequence);
  expect(own).toEqual([5, 6]);
});
