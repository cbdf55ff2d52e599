import { sql } from "kysely";
import type { Log } from "../../../common/log.ts";
import type { Change } from "../change.ts";
import { ChangeLog } from "../change-log.ts";
import type { Db } from "../schema.ts";

/** Where a commit is announced; the payload is its revision. */
export const CHANNEL = "keyhold_changes";

/**
 * The change log of a database that other processes write to as well. Listeners hear of every revision once and in order,
 * whoever committed it: what is heard out of order or late is read from the table, from the last delivered revision on. Of
 * what is not in the table any more they hear as one gap.
 */
export class SharedChangeLog extends ChangeLog {
  readonly #troubles: Pick<Log, "error">;
  #delivered: number;
  /** Deliveries queue up here, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #catchUpWaits = false;

  /** @param delivered the revision from which on listeners are told */
  constructor(db: Db, log: Pick<Log, "error">, delivered: number) {
    super(db, log);
    this.#troubles = log;
    this.#delivered = delivered;
  }

  /**
   * Locks the counter before anything else is read: writers of all processes wait for each other here, and read what the one
   * before committed. So no two take the same revision, and revisions are committed in their order.
   */
  override async revisionToWrite(db: Db): Promise<number> {
    const row = await db
      .selectFrom("counters")
      .select("value")
      .where("name", "=", "revision")
      .forUpdate()
      .executeTakeFirstOrThrow();
    return row.value;
  }

  /** PostgreSQL sends a NOTIFY when the transaction is committed, and only then. */
  override async append(db: Db, changes: readonly Change[]): Promise<void> {
    await super.append(db, changes);
    const [first] = changes;
    if (first !== undefined) await sql`select pg_notify(${CHANNEL}, ${String(first.revision)})`.execute(db);
  }

  /** Own commits wait for those of others before them. */
  override committed(changes: readonly Change[]): Promise<void> {
    const [first] = changes;
    if (first === undefined) return Promise.resolve();
    return this.#inTurn(() => this.#deliverOwn(first.revision, changes));
  }

  /** Reads and delivers what is new; a call while another has not begun yet joins it. */
  catchUp(): Promise<void> {
    if (this.#catchUpWaits) return this.#turn;
    this.#catchUpWaits = true;
    return this.#inTurn(() => {
      this.#catchUpWaits = false;
      return this.#deliverMissing();
    });
  }

  /** Never rejects: the commit was made, and the next notification or heartbeat catches up. */
  #inTurn(deliver: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(deliver).catch((err: unknown) => {
      this.#troubles.error(
        { err, revision: this.#delivered },
        "Changes could not be read, this is tried again",
      );
    });
    return this.#turn;
  }

  async #deliverOwn(revision: number, changes: readonly Change[]): Promise<void> {
    if (revision <= this.#delivered) return;
    if (revision > this.#delivered + 1) return this.#deliverMissing();
    this.#delivered = revision;
    this.deliver(changes);
  }

  async #deliverMissing(): Promise<void> {
    const missing = await this.changesSince(this.#delivered);
    const [first] = missing;
    if (first !== undefined && first.revision > this.#delivered + 1) this.#deliverGap(first.revision - 1);
    for (const [revision, changes] of Map.groupBy(missing, (change) => change.revision)) {
      this.#delivered = revision;
      this.deliver(changes);
    }
  }

  /** This process was away for so long that what it missed has been purged. */
  #deliverGap(revision: number): void {
    this.#delivered = revision;
    this.deliver([{ revision, organization: undefined, resource: "", kind: "gap", action: "purged" }]);
  }
}
