import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/** What of the tables is used here, whatever they become later. */
interface Tables {
  audit_events: {
    log: string;
    organization: string;
    sequence: number;
    time: number;
    action: string;
    resource: string;
    owner_uid: string;
    hash: Uint8Array;
  };
  audit_heads: {
    log: string;
    organization: string;
    base_sequence: number;
    base_hash: Uint8Array;
    sequence: number;
    hash: Uint8Array;
    seal: Uint8Array;
    seal_format: number;
  };
  organizations: { id: string; uid: string; create_time: number };
  users: { organization: string; id: string; uid: string; create_time: number };
  workspaces: { organization: string; id: string; owner: string; create_time: number };
}

type Database = Kysely<Tables>;

/** Where the log of one organization begins in that of its name. */
interface Era {
  readonly log: string;
  readonly first: number;
  /** The number of the next one's first row; undefined for the last. */
  readonly end: number | undefined;
}

/**
 * An audit log belongs to an organization, no longer to a name: where several organizations had the same name, one after the
 * other, their rows become logs of their own. Rows stay as they are, with their hashes (format 1).
 */
export async function separateAuditLogs(schema: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumns(schema, types);
  const db = schema as Database;
  await sql`update audit_events set organization = log`.execute(db);
  await sql`update audit_heads set organization = log, base_hash = hash`.execute(db);
  const beginning = Buffer.alloc(32);
  await db.updateTable("audit_heads").set({ base_hash: beginning }).execute();
  const heads = await db.selectFrom("audit_heads").selectAll().where("log", "!=", "").execute();
  for (const head of heads) await separate(db, head);
  await addIndexes(schema);
  await findOwners(db);
}

async function addColumns({ schema }: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await schema.alterTable("audit_events").renameColumn("organization", "log").execute();
  await schema.alterTable("audit_heads").renameColumn("organization", "log").execute();
  for (const column of ["organization", "token", "resource_uid", "owner_uid", "details"] as const) {
    await schema
      .alterTable("audit_events")
      .addColumn(column, "text", (c) => c.notNull().defaultTo(""))
      .execute();
  }
  for (const column of ["format", "count"] as const) {
    await schema
      .alterTable("audit_events")
      .addColumn(column, "bigint", (c) => c.notNull().defaultTo(1))
      .execute();
  }
  const none = types.bytes === "bytea" ? sql`''::bytea` : sql`x''`;
  await schema
    .alterTable("audit_events")
    .addColumn("salt", types.bytes, (c) => c.notNull().defaultTo(none))
    .execute();
  const heads = [
    ["organization", "text", ""],
    ["base_sequence", "bigint", 0],
    ["base_hash", types.bytes, none],
    ["seal_format", "integer", 1],
  ] as const;
  for (const [column, type, value] of heads) {
    await schema
      .alterTable("audit_heads")
      .addColumn(column, type, (c) => c.notNull().defaultTo(value))
      .execute();
  }
  await schema
    .createTable("audit_checkpoints")
    .addColumn("log", "text", (c) => c.primaryKey())
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("hash", types.bytes, (c) => c.notNull())
    .addColumn("seal", types.bytes, (c) => c.notNull())
    .execute();
}

async function addIndexes({ schema }: Kysely<unknown>): Promise<void> {
  for (const column of ["principal", "action", "resource", "owner_uid"]) {
    await schema
      .createIndex(`audit_events_by_${column}`)
      .on("audit_events")
      .columns(["log", column, "sequence"])
      .execute();
  }
}

async function separate(db: Database, head: Tables["audit_heads"]): Promise<void> {
  const { organization } = head;
  const eras = await erasOf(db, organization);
  for (const { log, first, end } of eras) {
    let rows = db.updateTable("audit_events").set({ log }).where("log", "=", organization);
    if (end !== undefined) rows = rows.where("sequence", "<", end);
    await rows.execute();
    const base = await pointAt(db, log, first - 1, eras);
    const last = end === undefined ? head : await pointAt(db, log, end - 1, eras);
    const columns = { log, base_sequence: base.sequence, base_hash: base.hash };
    const upTo = { sequence: last.sequence, hash: last.hash };
    if (end === undefined) {
      await db
        .updateTable("audit_heads")
        .set({ ...columns, ...upTo })
        .where("log", "=", organization)
        .execute();
    } else {
      const row = { ...head, ...columns, ...upTo, seal: Buffer.alloc(0), seal_format: SEPARATED };
      await db.insertInto("audit_heads").values(row).execute();
    }
  }
}

/** The seal format of a head that the migration has made: it is sealed right after, see {@link sealSeparated}. */
export const SEPARATED = 0;

async function erasOf(db: Database, organization: string): Promise<readonly Era[]> {
  const resource = `organizations/${organization}`;
  const begun = await db
    .selectFrom("audit_events")
    .select(["sequence", "time"])
    .where("log", "=", organization)
    .where("resource", "=", resource)
    .where("action", "in", [
      "keyhold.v1.OrganizationService/CreateOrganization",
      "server/organization.created",
    ])
    .orderBy("sequence")
    .execute();
  const present = await db
    .selectFrom("organizations")
    .select("uid")
    .where("id", "=", organization)
    .executeTakeFirst();
  const firsts = begun.map(({ sequence }) => sequence);
  // A log whose first row is missing was tampered with: it stays one, and verifying says so.
  if (firsts[0] !== 1) firsts.unshift(1);
  return firsts.map((first, index) => {
    const end = firsts[index + 1];
    const isLast = end === undefined && present !== undefined;
    return { log: isLast ? present.uid : randomUUID(), first, end };
  });
}

/** A row by its number, in whichever of the logs it is by now. */
async function pointAt(db: Database, log: string, sequence: number, eras: readonly Era[]) {
  const row = await db
    .selectFrom("audit_events")
    .select(["sequence", "hash"])
    .where("log", "in", [log, ...eras.map((era) => era.log)])
    .where("sequence", "=", sequence)
    .executeTakeFirst();
  return row ?? { sequence, hash: Buffer.alloc(32) };
}

/** Users read what is about their own: of old rows that is told by names and times. */
async function findOwners(db: Database): Promise<void> {
  const users = await db.selectFrom("users").selectAll().execute();
  const uids = new Map(users.map(({ organization, id, uid }) => [`${organization} ${id}`, uid]));
  for (const { organization, id, uid, create_time } of users) {
    await own(db, organization, `users/${id}`, uid, create_time);
  }
  for (const { organization, id, owner, create_time } of await db
    .selectFrom("workspaces")
    .select(["organization", "id", "owner", "create_time"])
    .execute()) {
    await own(db, organization, `workspaces/${id}`, uids.get(`${organization} ${owner}`) ?? "", create_time);
  }
}

async function own(db: Database, organization: string, place: string, uid: string, since: number) {
  const resource = `organizations/${organization}/${place}`;
  // In the order of an index, which both databases can use for a prefix.
  const [from, to] = [`${resource}/`, `${resource}0`];
  await sql`update audit_events set owner_uid = ${uid}
    where log = (select uid from organizations where id = ${organization}) and time >= ${since}
      and (resource = ${resource} or (resource >= ${from} and resource < ${to}
        and substr(resource, 1, ${from.length}) = ${from}))`.execute(db);
}
