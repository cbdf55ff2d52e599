import type { Log } from "../../common/log.ts";
import type { AuditEntry } from "./event.ts";

/** For so long the same refusal is counted instead of written again. Milliseconds. */
const MINUTE = 60_000;
/** Different refusals of one principal that are written in a minute; the rest share one row. */
const PER_PRINCIPAL = 50;
/** How often it is looked for minutes that have ended. Milliseconds. */
const SWEEP = 5_000;

type Write = (entries: readonly AuditEntry[], otherwise: string | undefined) => Promise<void>;

interface Counted {
  readonly entry: AuditEntry;
  readonly otherwise: string | undefined;
  readonly end: number;
  /** Refusals since the one that was written. */
  more: number;
}

/**
 * Writes refusals so that nobody fills the log with them: the first of a principal, method, resource and result at once, the
 * others of the same minute as one further row with their number, when the minute has ended. A crash loses that number only.
 * Of one principal at most {@link PER_PRINCIPAL} different ones are written in a minute; what else it is refused is counted
 * together, without naming the resource.
 */
export class Refusals {
  readonly #write: Write;
  readonly #log: Pick<Log, "error">;
  readonly #now: () => number;
  /** By principal, then by what was refused. */
  readonly #open = new Map<string, Map<string, Counted>>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: {
    readonly write: Write;
    readonly log: Pick<Log, "error">;
    readonly now?: () => number;
  }) {
    this.#write = parts.write;
    this.#log = parts.log;
    this.#now = parts.now ?? Date.now;
    this.#timer = setInterval(() => void this.sweep(), SWEEP);
    this.#timer.unref();
  }

  /** @param otherwise whose log it is in if the entry's organization does not exist */
  async add(entry: AuditEntry, otherwise: string | undefined): Promise<void> {
    const own = this.#open.get(entry.principal) ?? new Map<string, Counted>();
    this.#open.set(entry.principal, own);
    const key = keyOf(entry);
    const known = own.get(key) ?? (own.size >= PER_PRINCIPAL ? own.get(OTHERS) : undefined);
    if (known !== undefined && this.#now() < known.end) {
      known.more += 1;
      return;
    }
    const isFull = own.size >= PER_PRINCIPAL && !own.has(key);
    const shown = isFull ? { ...entry, resource: "", version: 0, comment: TOO_MANY } : entry;
    const before = own.get(isFull ? OTHERS : key);
    own.set(isFull ? OTHERS : key, { entry: shown, otherwise, end: this.#now() + MINUTE, more: 0 });
    await this.#write([...(before === undefined ? [] : restOf(before)), shown], otherwise);
  }

  /** Writes the numbers of the minutes that have ended, or of all. */
  async sweep(all = false): Promise<void> {
    for (const [principal, own] of this.#open) {
      for (const [key, counted] of own) {
        if (!all && this.#now() < counted.end) continue;
        own.delete(key);
        if (own.size === 0) this.#open.delete(principal);
        await this.#writeRest(counted);
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.sweep(true);
  }

  async #writeRest(counted: Counted): Promise<void> {
    const rest = restOf(counted);
    if (rest.length === 0) return;
    try {
      await this.#write(rest, counted.otherwise);
    } catch (err) {
      const { principal, action } = counted.entry;
      this.#log.error(
        { err, principal, method: action, count: counted.more },
        "Counted refusals could not be audited",
      );
    }
  }
}

const OTHERS = "others";
const TOO_MANY = "refused too often in this minute to name each resource";

function keyOf({ organization, action, resource, result }: AuditEntry): string {
  return JSON.stringify([organization, action, resource, result]);
}

function restOf({ entry, more }: Counted): readonly AuditEntry[] {
  if (more === 0) return [];
  const what = more === 1 ? "1 more refusal" : `${more} more refusals`;
  const comment = `${what} within a minute${entry.comment === "" ? "" : `: ${entry.comment}`}`;
  return [{ ...entry, count: more, comment }];
}
