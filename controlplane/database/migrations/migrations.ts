import type { CreateTableBuilder, Kysely } from "kysely";
import { separateAuditLogs } from "./audit-migration.ts";
import type { ColumnTypes } from "./column-types.ts";
import { addCredentialSeals, addIdentitySeals, addVersionKeys } from "./key-migrations.ts";
import { addPlacements } from "./placement-migration.ts";
import { addQuotas } from "./quota-migration.ts";
import { storeTargetUids } from "./target-migration.ts";
import { addTokenTree } from "./token-migration.ts";

export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}

/** In order; the number of a migration is its place from 1. A released one never changes. */
export const MIGRATIONS: readonly Migration[] = [
  { name: "tables", up: createTables },
  { name: "audit", up: createAudit },
  { name: "receipts", up: createReceipts },
  { name: "rollouts", up: createRollouts },
  { name: "token tree", up: addTokenTree },
  { name: "node-uid", up: requireNodeUid },
  { name: "credential seals", up: addCredentialSeals },
  { name: "audit identities", up: separateAuditLogs },
  { name: "version keys", up: addVersionKeys },
  { name: "placements", up: addPlacements },
  { name: "target uids", up: storeTargetUids },
  { name: "quotas", up: addQuotas },
  { name: "identity seals", up: addIdentitySeals },
];

async function createTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createPrincipals(db);
  await createWorkspacesAndMembers(db);
  await createSecrets(db, types);
  await createTokens(db);
  await createNodes(db);
  await createChanges(db, types);
}

async function createPrincipals(db: Kysely<unknown>): Promise<void> {
  await resource(
    db.schema.createTable("organizations").addColumn("id", "text", (c) => c.primaryKey()),
  ).execute();
  await child(db, "projects").execute();
  await child(db, "users")
    .addColumn("email", "text")
    .addColumn("email_key", "text")
    .addUniqueConstraint("users_email", ["organization", "email_key"])
    .execute();
  await child(db, "service_accounts").execute();
}

async function createWorkspacesAndMembers(db: Kysely<unknown>): Promise<void> {
  await child(db, "workspaces")
    .addColumn("owner", "text", (c) => c.notNull())
    .addColumn("project", "text")
    .addColumn("node", "text")
    .addForeignKeyConstraint("workspaces_owner", ["organization", "owner"], "users", ["organization", "id"])
    .addForeignKeyConstraint("workspaces_project", ["organization", "project"], "projects", [
      "organization",
      "id",
    ])
    .execute();
  await db.schema
    .createIndex("workspaces_by_owner")
    .on("workspaces")
    .columns(["organization", "owner"])
    .execute();
  await db.schema
    .createIndex("workspaces_by_project")
    .on("workspaces")
    .columns(["organization", "project"])
    .execute();
  await db.schema
    .createTable("members")
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("parent", "text", (c) => c.notNull())
    .addColumn("principal", "text", (c) => c.notNull())
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("members_key", ["parent", "principal"])
    .execute();
  await db.schema.createIndex("members_by_principal").on("members").column("principal").execute();
}

async function createSecrets(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("secrets")
    .addColumn("uid", "text", (c) => c.primaryKey())
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("level", "text", (c) => c.notNull())
    .addColumn("scope_id", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("path", "text")
    .addColumn("mode", "integer")
    .addColumn("owner_uid", "bigint")
    .addColumn("owner_gid", "bigint")
    .addColumn("registry", "text")
    .addColumn("username", "text")
    .addColumn("only_targets", "text", (c) => c.notNull())
    .addColumn("comment", "text", (c) => c.notNull())
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("size", "bigint", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("key_id", "text", (c) => c.notNull())
    .addColumn("wrapped_key", types.bytes, (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("update_time", "bigint", (c) => c.notNull())
    .addColumn("updater", "text", (c) => c.notNull())
    .addColumn("delete_time", "bigint")
    .addColumn("purge_time", "bigint")
    .addColumn("revision", "bigint", (c) => c.notNull())
    .addUniqueConstraint("secrets_name", ["organization", "level", "scope_id", "id"])
    .execute();
  await db.schema
    .createTable("secret_versions")
    .addColumn("secret_uid", "text", (c) => c.notNull().references("secrets.uid").onDelete("cascade"))
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("comment", "text", (c) => c.notNull())
    .addColumn("size", "bigint", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("rollback_of", "bigint")
    .addColumn("sealed", types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint("secret_versions_key", ["secret_uid", "version"])
    .execute();
}

async function createTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("tokens")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organization", "text")
    .addColumn("principal", "text", (c) => c.notNull())
    .addColumn("display_name", "text", (c) => c.notNull())
    .addColumn("prefix", "text", (c) => c.notNull())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("expire_time", "bigint")
    .addColumn("last_use_time", "bigint")
    .addColumn("revoke_time", "bigint")
    .execute();
  await db.schema
    .createIndex("tokens_by_principal")
    .on("tokens")
    .columns(["organization", "principal"])
    .execute();
  await db.schema
    .createTable("join_tokens")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("node_id", "text")
    .addColumn("projects", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("expire_time", "bigint", (c) => c.notNull())
    .addColumn("use_time", "bigint")
    .execute();
}

async function createNodes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("nodes")
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("uid", "text", (c) => c.notNull().unique())
    .addColumn("projects", "text", (c) => c.notNull())
    .addColumn("public_key", "text", (c) => c.notNull())
    .addColumn("certificate_serial", "text", (c) => c.notNull())
    .addColumn("certificate_expire_time", "bigint", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("last_contact_time", "bigint")
    .addColumn("agent_version", "text", (c) => c.notNull())
    .addColumn("containers", "integer", (c) => c.notNull())
    .addColumn("revoke_time", "bigint")
    .addColumn("revision", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("nodes_key", ["organization", "id"])
    .execute();
}

async function createChanges(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("changes")
    .addColumn("revision", "bigint", (c) => c.notNull())
    .addColumn("ordinal", "integer", (c) => c.notNull())
    .addColumn("organization", "text")
    .addColumn("resource", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("changes_key", ["revision", "ordinal"])
    .execute();
  await db.schema
    .createTable("counters")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("value", "bigint", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("wrapped_keys")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("key_id", "text", (c) => c.notNull())
    .addColumn("wrapped", types.bytes, (c) => c.notNull())
    .execute();
  const typed = db as Kysely<{ counters: { name: string; value: number } }>;
  await typed.insertInto("counters").values({ name: "revision", value: 0 }).execute();
}

/** Without references: the log of an organization outlives it. */
async function createAudit(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("audit_events")
    .addColumn("organization", "text", (c) => c.notNull())
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("time", "bigint", (c) => c.notNull())
    .addColumn("principal", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("request_id", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("resource", "text", (c) => c.notNull())
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("result", "text", (c) => c.notNull())
    .addColumn("comment", "text", (c) => c.notNull())
    .addColumn("hash", types.bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint("audit_events_key", ["organization", "sequence"])
    .execute();
  await db.schema
    .createTable("audit_heads")
    .addColumn("organization", "text", (c) => c.primaryKey())
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("hash", types.bytes, (c) => c.notNull())
    .addColumn("seal", types.bytes, (c) => c.notNull())
    .execute();
}

/** What containers run with, and which server has a node's stream. Both go with the node. */
async function createReceipts(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("nodes").addColumn("connected_by", "text").execute();
  await db.schema.alterTable("nodes").addColumn("connected_until", "bigint").execute();
  await db.schema
    .createTable("receipts")
    .addColumn("organization", "text", (c) => c.notNull())
    .addColumn("node", "text", (c) => c.notNull())
    .addColumn("container_id", "text", (c) => c.notNull())
    .addColumn("target", "text", (c) => c.notNull())
    .addColumn("report", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("receipts_key", ["organization", "node", "container_id"])
    .addForeignKeyConstraint(
      "receipts_node",
      ["organization", "node"],
      "nodes",
      ["organization", "id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
  await db.schema
    .createIndex("receipts_by_target")
    .on("receipts")
    .columns(["organization", "target"])
    .execute();
}

/** A rollout outlives its secret: it is what happened. A step goes with its node. */
async function createRollouts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rollouts")
    .addColumn("organization", "text", (c) => c.notNull().references("organizations.id").onDelete("cascade"))
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("secret", "text", (c) => c.notNull())
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("problem", "text", (c) => c.notNull())
    .addColumn("problem_target", "text", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("write_back", "text", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("end_time", "bigint")
    .addColumn("revision", "bigint", (c) => c.notNull())
    .addColumn("containers", "text", (c) => c.notNull())
    .addColumn("total", "integer", (c) => c.notNull())
    .addColumn("done", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("rollouts_key", ["organization", "id"])
    .execute();
  await db.schema
    .createIndex("rollouts_by_revision")
    .on("rollouts")
    .columns(["organization", "revision"])
    .execute();
  await db.schema
    .createIndex("rollouts_by_state")
    .on("rollouts")
    .columns(["state", "organization"])
    .execute();
  await db.schema
    .createTable("rollout_steps")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organization", "text", (c) => c.notNull())
    .addColumn("node", "text", (c) => c.notNull())
    .addColumn("container_id", "text", (c) => c.notNull())
    .addColumn("rollout_group", "text", (c) => c.notNull())
    .addColumn("had", "text", (c) => c.notNull())
    .addColumn("revision", "bigint", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("failed", "integer", (c) => c.notNull())
    .addColumn("problem", "text", (c) => c.notNull())
    .addUniqueConstraint("rollout_steps_container", ["organization", "node", "container_id"])
    .addForeignKeyConstraint(
      "rollout_steps_node",
      ["organization", "node"],
      "nodes",
      ["organization", "id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
}

function child(db: Kysely<unknown>, table: string) {
  return resource(
    db.schema
      .createTable(table)
      .addColumn("organization", "text", (c) => c.notNull().references("organizations.id"))
      .addColumn("id", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ["organization", "id"]),
  );
}

function resource<T extends string, C extends string>(table: CreateTableBuilder<T, C>) {
  return table
    .addColumn("uid", "text", (c) => c.notNull().unique())
    .addColumn("display_name", "text", (c) => c.notNull())
    .addColumn("create_time", "bigint", (c) => c.notNull())
    .addColumn("creator", "text", (c) => c.notNull())
    .addColumn("revision", "bigint", (c) => c.notNull());
}

/** Nodes of before have certificates without a uid, and go on with them until they have shown one that has it. */
async function requireNodeUid(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("nodes")
    .addColumn("requires_uid", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
}
