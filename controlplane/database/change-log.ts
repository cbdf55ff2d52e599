import type { Log } from "../../common/log.ts";
import type { Change, ChangeFeed } from "./change.ts";
import type { ChangeRow, Db } from "./schema.ts";

/**
 * Revisions of which the changes are kept. Only a process that lost its connection reads them, to catch up: that takes
 * seconds. One that was away for longer reads everything anew, see {@link Change}.
 */
export const KEPT_REVISIONS = 10_000;
/** Removed by one statement, so that the removal of very many holds nobody up. */
const PURGED_AT_ONCE = 5_000;

type Listener = (changes: readonly Change[]) => void;

/**
 * The one revision counter and what changed at each revision. Writers are serial (SQLite has one connection; on PostgreSQL
 * `SharedChangeLog` locks the counter's row when a write begins), so revisions are committed in their order and without gaps.
 *
 * Listeners hear of commits of this process; `SharedChangeLog` also tells them of other processes' commits.
 */
export class ChangeLog implements ChangeFeed {
  readonly #db: Db;
  readonly #log: Pick<Log, "error">;
  readonly #listeners = new Set<Listener>();

  constructor(db: Db, log: Pick<Log, "error">) {
    this.#db = db;
    this.#log = log;
  }

  async revision(db: Db): Promise<number> {
    const row = await db
      .selectFrom("counters")
      .select("value")
      .where("name", "=", "revision")
      .executeTakeFirstOrThrow();
    return row.value;
  }

  /** First of all in a writing transaction. */
  revisionToWrite(db: Db): Promise<number> {
    return this.revision(db);
  }

  /** In the writing transaction. Nothing recorded: no revision. */
  async append(db: Db, changes: readonly Change[]): Promise<void> {
    const [first] = changes;
    if (first === undefined) return;
    await db.updateTable("counters").set({ value: first.revision }).where("name", "=", "revision").execute();
    for (const [ordinal, change] of changes.entries()) {
      await db.insertInto("changes").values(rowOf(change, ordinal)).execute();
    }
  }

  /** After the commit. */
  async committed(changes: readonly Change[]): Promise<void> {
    this.deliver(changes);
  }

  /** A listener's mistake must not look like a failed write: it was committed. */
  protected deliver(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(changes);
      } catch (err) {
        this.#log.error({ err, revision: changes[0]?.revision ?? 0 }, "A listener to changes failed");
      }
    }
  }

  onChange(listener: Listener): () => void {
    const own: Listener = (changes) => listener(changes);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  currentRevision(): Promise<number> {
    return this.revision(this.#db);
  }

  async purgeExpired(): Promise<number> {
    const last = (await this.currentRevision()) - KEPT_REVISIONS;
    let from = await this.#oldest();
    const first = from;
    while (from !== undefined && from <= last) {
      const next = Math.min(from + PURGED_AT_ONCE, last + 1);
      await this.#db.deleteFrom("changes").where("revision", "<", next).execute();
      from = next;
      // Calls that wait come first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return first === undefined || from === undefined ? 0 : from - first;
  }

  async #oldest(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom("changes")
      .select("revision")
      .orderBy("revision")
      .limit(1)
      .executeTakeFirst();
    return row?.revision;
  }

  async changesSince(revision: number): Promise<readonly Change[]> {
    const rows = await this.#db
      .selectFrom("changes")
      .selectAll()
      .where("revision", ">", revision)
      .orderBy("revision")
      .orderBy("ordinal")
      .execute();
    return rows.map(changeOf);
  }
}

function rowOf(change: Change, ordinal: number): ChangeRow {
  return { ...change, organization: change.organization ?? null, ordinal };
}

function changeOf(row: ChangeRow): Change {
  return {
    revision: row.revision,
    organization: row.organization ?? undefined,
    resource: row.resource,
    kind: row.kind as Change["kind"],
    action: row.action as Change["action"],
  };
}
