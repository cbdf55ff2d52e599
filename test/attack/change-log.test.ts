import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../common/log.ts";
import type { Change } from "../../controlplane/database/change.ts";
import { KEPT_REVISIONS } from "../../controlplane/database/change-log.ts";
import { SharedChangeLog } from "../../controlplane/database/postgres/shared-change-log.ts";
import { sqliteBackend } from "../../controlplane/database/sqlite/sqlite-backend.ts";
import { openStore } from "../../controlplane/database.ts";
import { FollowedChanges } from "../../controlplane/stream/followed-changes.ts";
import type { StreamChange } from "../../controlplane/stream/sources.ts";
import { emptyWorld } from "../integration/store/world.ts";

const MANY = 25_000;

/** A database with this many changes, closed. */
async function written() {
  const world = await emptyWorld();
  await world.db.close();
  const file = join(world.directory, "keyhold.db");
  const db = new DatabaseSync(file);
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
    INSERT OR REPLACE INTO changes (revision, ordinal, organization, resource, kind, action)
    SELECT i, 0, 'acme', 'organizations/acme/secrets/S', 'secret', 'updated' FROM n`);
  db.exec(`UPDATE counters SET value = ${MANY} WHERE name = 'revision'`);
  db.close();
  return { directory: world.directory, file };
}

describe("a member who writes without end", () => {
  it("leaves a bounded number of changes behind, and what is read since then goes on", async () => {
    const { directory } = await written();
    const store = await openStore({ directory });
    await store.changes.purgeExpired();
    const kept = await store.changes.changesSince(0);
    expect(kept.length).toBe(KEPT_REVISIONS);
    expect(kept[0]?.revision).toBe(MANY - KEPT_REVISIONS + 1);
    expect(await store.changes.purgeExpired()).toBe(0);
    await store.organizations.create({ id: "later", displayName: "", by: "users/owner" });
    expect((await store.changes.changesSince(MANY)).map(({ revision }) => revision)).toEqual([MANY + 1]);
    await store.close();
  });

  it("makes a server that was cut off miss nothing: it looks at everything anew", async () => {
    const { directory, file } = await written();
    const store = await openStore({ directory });
    await store.changes.purgeExpired();
    await store.close();
    const backend = sqliteBackend(file, silentLog);
    // It heard of revision 5 before it lost its connection.
    const log = new SharedChangeLog(backend.db, silentLog, 5);
    const heard: Change[] = [];
    log.onChange((changes) => heard.push(...changes));
    const followed = await FollowedChanges.open(log, async () => new Set(), silentLog);
    const told: StreamChange[] = [];
    followed.onChange((change) => told.push(change));
    await log.catchUp();
    expect(heard[0]).toMatchObject({ kind: "gap", revision: MANY - KEPT_REVISIONS });
    expect(heard.length).toBe(KEPT_REVISIONS + 1);
    expect(heard.at(-1)?.revision).toBe(MANY);
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(KEPT_REVISIONS + 1);
    expect(told[0]).toEqual({ revision: MANY - KEPT_REVISIONS, targets: "all", nodes: "all" });
    // Without a gap nobody is told of one.
    heard.length = 0;
    await log.catchUp();
    expect(heard).toEqual([]);
    followed.close();
    await backend.close();
  });
});
