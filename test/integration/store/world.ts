import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeOf } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import type { Change } from "../../../controlplane/database/change.ts";
import { openStore } from "../../../controlplane/database.ts";
import type { SecretDraft } from "../../../controlplane/secrets/records.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";

export const ALICE = "organizations/acme/users/alice";
export const ORGANIZATION = scopeOf("organization", "acme", "acme");
export const WEB = scopeOf("project", "acme", "web");
export const USER = scopeOf("user", "acme", "alice");
export const WORKSPACE = scopeOf("workspace", "acme", "ws-1");

/** A database in a directory of its own, with a clock that stands until it is moved. */
export interface StoreWorld extends AsyncDisposable {
  readonly directory: string;
  readonly clock: { now: number };
  db: Database;
  readonly seen: Change[];
  reopen(): Promise<void>;
}

/** @param databaseUrl a PostgreSQL database; undefined: SQLite in the directory */
export async function emptyWorld(databaseUrl?: string): Promise<StoreWorld> {
  const parent = mkdtempSync(join(tmpdir(), "keyhold-store-"));
  const directory = join(parent, "data");
  const clock = { now: Date.UTC(2026, 0, 1) };
  const seen: Change[] = [];
  const start = async () => {
    const db = await openStore({ directory, databaseUrl, now: () => clock.now });
    db.changes.onChange((changes) => {
      seen.push(...changes);
    });
    return db;
  };
  const world: StoreWorld = {
    directory,
    clock,
    seen,
    db: await start(),
    reopen: async () => {
      await world.db.close();
      world.db = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await world.db.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
  return world;
}

/** With acme, its project web, alice who owns it and ws-1 of alice and web. */
export async function acmeWorld(databaseUrl?: string): Promise<StoreWorld> {
  const world = await emptyWorld(databaseUrl);
  const { db } = world;
  const by = "users/owner";
  await db.organizations.create({ id: "acme", displayName: "Acme", by });
  await db.users.create({ organization: "acme", id: "alice", displayName: "", email: "Alice@acme.test", by });
  await db.members.setOrganizationRole("acme", ALICE, "owner");
  await db.projects.create({ organization: "acme", id: "web", displayName: "Web", by });
  await db.workspaces.create({
    organization: "acme",
    id: "ws-1",
    displayName: "",
    owner: ALICE,
    project: WEB.name,
    by,
  });
  world.seen.length = 0;
  return world;
}

export function env(value: string): SecretDraft {
  return { kind: "env", value: SecretValue.of(value) };
}
