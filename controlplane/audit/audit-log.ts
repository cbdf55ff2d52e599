import { AsyncLocalStorage } from "node:async_hooks";
import type { Change } from "../database/change.ts";
import type { Page } from "../database/page.ts";
import type { Db } from "../database/schema.ts";
import type { RootSession, Writing } from "../database/session.ts";
import { append } from "./append.ts";
import type { Actor, AuditEntry, AuditEvent } from "./event.ts";
import type { HeadSeal } from "./head.ts";
import { mutationEntries } from "./mutations.ts";
import { type AuditFilter, eventsAfter, listEvents } from "./read.ts";
import { type Verdict, verify } from "./verify.ts";

/** Who is acting, as far as the writes below it are concerned. */
export class Acting {
  readonly #actors = new AsyncLocalStorage<Actor>();

  /** What `work` changes in the store is put down to `actor`. */
  as<T>(actor: Actor, work: () => Promise<T>): Promise<T> {
    return this.#actors.run(actor, work);
  }

  get actor(): Actor | undefined {
    return this.#actors.getStore();
  }
}

/** For {@link RootSession}: the rows about a transaction are written in it, so neither is there without the other. */
export function auditWrites(acting: Acting, seal: HeadSeal) {
  return async (tx: Writing, changes: readonly Change[]): Promise<void> => {
    if (changes.length === 0) return;
    await append(tx.db, seal, tx.now, await mutationEntries(tx.db, acting.actor, changes));
  };
}

/** One log for each organization, and one (the empty id) for what belongs to none. */
export class AuditLog {
  readonly #session: Pick<RootSession, "read" | "write" | "snapshot">;
  readonly #acting: Acting;
  readonly #seal: HeadSeal;

  constructor(
    session: Pick<RootSession, "read" | "write" | "snapshot">,
    parts: { readonly acting: Acting; readonly seal: HeadSeal },
  ) {
    this.#session = session;
    this.#acting = parts.acting;
    this.#seal = parts.seal;
  }

  as<T>(actor: Actor, work: () => Promise<T>): Promise<T> {
    return this.#acting.as(actor, work);
  }

  /**
   * For what is not a change: accesses, deliveries, denials. An organization that does not exist has no log; what concerns it
   * goes into `otherwise`'s.
   */
  async record(entries: readonly AuditEntry[], otherwise?: string): Promise<void> {
    if (entries.length === 0) return;
    await this.#session.write(async (tx) => {
      const placed: AuditEntry[] = [];
      for (const entry of entries) {
        placed.push({ ...entry, organization: await logFor(tx.db, [entry.organization, otherwise]) });
      }
      await append(tx.db, this.#seal, tx.now, placed);
    });
  }

  list(organization: string, filter: AuditFilter): Promise<Page<AuditEvent>> {
    return this.#session.read((db) => listEvents(db, organization, filter));
  }

  /** Oldest first. */
  after(organization: string, sequence: number, limit: number): Promise<readonly AuditEvent[]> {
    return this.#session.read((db) => eventsAfter(db, organization, sequence, limit));
  }

  verify(organization: string): Promise<Verdict> {
    return verify((fn) => this.#session.snapshot((db) => fn(db)), this.#seal, organization);
  }
}

/** Nobody fills the database with logs of organizations that were only guessed. */
async function logFor(db: Db, wanted: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const id of wanted) {
    if (id === undefined) continue;
    const found = await db.selectFrom("organizations").select("id").where("id", "=", id).executeTakeFirst();
    if (found !== undefined) return id;
  }
  return undefined;
}
