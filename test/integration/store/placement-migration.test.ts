import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../controlplane/database/migrations/migrate.ts";
import { MIGRATIONS } from "../../../controlplane/database/migrations/migrations.ts";
import type { Db, Schema } from "../../../controlplane/database/schema.ts";
import { sqliteDialect } from "../../../controlplane/database/sqlite/sqlite-dialect.ts";

/* Workspaces of a database that knows nothing of placements yet. */

let db: Db;
const AT = { types: { bytes: "blob" }, place: "memory", now: 1 } as const;

beforeAll(async () => {
  db = new Kysely<Schema>({ dialect: sqliteDialect(":memory:") });
  const ours = MIGRATIONS.findIndex(({ name }) => name === "placements");
  await migrate(db, { ...AT, migrations: MIGRATIONS.slice(0, ours) });
  const row = { organization: "acme", display_name: "", create_time: 5, creator: "users/owner", revision: 1 };
  const insert = async (table: string, values: object) => {
    const entries = Object.entries(values);
    const columns = sql.join(entries.map(([name]) => sql.ref(name)));
    await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(entries.map(([, value]) => value))})`.execute(
      db,
    );
  };
  const { organization: _, ...ofOrganization } = row;
  await insert("organizations", { ...ofOrganization, id: "acme", uid: "o" });
  await insert("projects", { ...row, id: "web", uid: "p" });
  const member = (parent: string, id: string, role: string) =>
    insert("members", {
      ...{ organization: "acme", parent: `organizations/acme${parent}`, role, create_time: 1 },
      principal: `organizations/acme/users/${id}`,
    });
  for (const id of ["alice", "bob", "carl", "dora", "adam"]) {
    await insert("users", { ...row, id, uid: `u-${id}` });
    if (id !== "dora") await member("", id, id === "adam" ? "admin" : "member");
  }
  await member("/projects/web", "bob", "maintainer");
  const workspace = (id: string, owner: string, more: object = {}) =>
    insert("workspaces", { ...row, id, uid: `w-${id}`, owner, project: "web", node: null, ...more });
  await workspace("of-alice", "alice", { node: "build-1" });
  await workspace("of-alice-2", "alice");
  await workspace("of-bob", "bob");
  await workspace("of-carl", "carl", { creator: "organizations/acme/users/carl" });
  await workspace("of-dora", "dora");
  await workspace("of-adam", "adam");
  await migrate(db, AT);
});
afterAll(() => db.destroy());

const roles = async () => {
  const parent = "organizations/acme/projects/web";
  const rows = await db.selectFrom("members").selectAll().where("parent", "=", parent).execute();
  return Object.fromEntries(rows.map((each) => [each.principal.split("/").at(-1), each.role]));
};

describe("a database from before placements were recorded", () => {
  test("gives a role in the project to owners whose workspaces an admin put there, and to nobody else", async () => {
    // Carl put his own workspace into the project, dora has left, adam is an admin.
    expect(await roles()).toEqual({ alice: "member", bob: "maintainer" });
  });

  test("keeps placements, which count as confirmed, and releases nothing", async () => {
    const rows = await db
      .selectFrom("workspaces")
      .selectAll()
      .where("owner", "=", "alice")
      .orderBy("id")
      .execute();
    expect(rows).toMatchObject([
      { id: "of-alice", node: "build-1", confirm_time: 5, placed_by: null, released: 0 },
      { id: "of-alice-2", node: null, confirm_time: null, placed_by: null, released: 0 },
    ]);
  });

  test("asks nobody for consent, and lets no node claim more than workspaces of its projects", async () => {
    const { placement } = await db.selectFrom("organizations").select("placement").executeTakeFirstOrThrow();
    expect(placement).toBe("anyone");
    const columns = await sql<{ name: string; dflt_value: string }>`pragma table_info(nodes)`.execute(db);
    expect(columns.rows.find(({ name }) => name === "claim_any")?.dflt_value).toBe("0");
  });
});
