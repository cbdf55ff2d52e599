import { AsyncLocalStorage } from "node:async_hooks";
import type { Change } from "../database/change.ts";
import type { Page } from "../database/page.ts";
import type { Db } from "../database/schema.ts";
import type { RootSession, Writing } from "../database/session.ts";
import { append } from "./append.ts";
import type { Actor, AuditEntry, AuditEvent } from "./event.ts";
import type { AuditFilter } from "./filter.ts";
import type { HeadSeal } from "./head.ts";
import { type LogInfo, listLogs } from "./logs.ts";
import { mutationEntries } from "./mutations.ts";
import { eventsAfter, listEvents } from "./read.ts";
import { type Verdict, type VerifyOptions, verify } from "./verify.ts";

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
    await append(tx, seal, await mutationEntries(tx.db, acting.actor, changes));
  };
}

/** One log for each organization, by its uid, and one (the empty uid) for what belongs to none. */
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
   * goes into `otherwise`'s, or the server's.
   */
  async record(entries: readonly AuditEntry[], otherwise?: string): Promise<void> {
    if (entries.length === 0) return;
    await this.#session.write(async (tx) => {
      const placed: AuditEntry[] = [];
      for (const entry of entries) {
        placed.push({ ...entry, organization: await logFor(tx.db, [entry.organization, otherwise]) });
      }
      await append(tx, this.#seal, placed);
    });
  }

  /** Newest first. A page may hold fewer rows than asked for, and none, while there is a next one. */
  list(log: string, filter: AuditFilter): Promise<Page<AuditEvent>> {
    return listEvents((fn) => this.#session.read(fn), log, filter);
  }

  /** Oldest first. An empty answer is the end. */
  after(
    log: string,
    sequence: number,
    limit: number,
    filter: AuditFilter = {},
  ): Promise<readonly AuditEvent[]> {
    return eventsAfter((fn) => this.#session.read(fn), log, { sequence, limit }, filter);
  }

  verify(log: string, options: VerifyOptions = {}): Promise<Verdict> {
    return verify(this.#session, this.#seal, log, options);
  }

  /** All logs there are, also of organizations that are deleted, by organization and age. */
  logs(organization?: string): Promise<readonly LogInfo[]> {
    return this.#session.read((db) => listLogs(db, organization));
  }
}

async function logFor(db: Db, wanted: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const id of wanted) {
    if (id === undefined) continue;
    const found = await db.selectFrom("organizations").select("id").where("id", "=", id).executeTakeFirst();
    if (found !== undefined) return id;
  }
  return undefined;
}
