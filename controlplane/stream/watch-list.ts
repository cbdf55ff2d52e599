import type { SubscribeResponse } from "../../proto/gen/keyhold/v1/SubscribeResponse.ts";
import type { Affected, Answer } from "./sources.ts";

/** Targets one node may watch. More containers than that share a host with nobody. */
export const MAXIMUM_TARGETS = 10_000;

/** What has to be looked up before the next message can be written. */
export interface Work {
  /** Everything up to here is taken into account by the answers. */
  readonly revision: number;
  readonly questions: readonly { readonly target: string; readonly known: string | undefined }[];
}

interface Watched {
  /** Of the answer last sent on this stream. */
  digest: string | undefined;
  /** The node asked, so it is answered even if nothing changed. */
  due: boolean;
}

/**
 * What one stream owes its node; no I/O. Bursts collapse by themselves: a target is pending or it is not, and only its latest
 * answer is ever looked up.
 *
 * The position moves only with messages: a revision that changes nothing for this node sends nothing, and the next increment
 * applies to the last position sent. So the messages of a stream form a chain, and one that is lost breaks it.
 */
export class WatchList {
  readonly #watched = new Map<string, Watched>();
  /** Asked for, or maybe touched by a change. */
  readonly #pending = new Set<string>();
  /** The newest revision this session was told of. */
  #seen: number;
  /** The revision of the last message; undefined before the snapshot. */
  #position: number | undefined;
  /** The next message is due even if nothing is pending. */
  #confirming = false;

  constructor(revision: number) {
    this.#seen = revision;
  }

  /** Whether `more` can be watched as well. */
  hasRoomFor(more: readonly string[]): boolean {
    const added = new Set(more.filter((target) => !this.#watched.has(target)));
    return this.#watched.size + added.size <= MAXIMUM_TARGETS;
  }

  get size(): number {
    return this.#watched.size;
  }

  watch(targets: readonly string[]): void {
    for (const target of targets) {
      const digest = this.#watched.get(target)?.digest;
      this.#watched.set(target, { digest, due: true });
      this.#pending.add(target);
    }
  }

  unwatch(targets: readonly string[]): void {
    for (const target of targets) {
      this.#watched.delete(target);
      this.#pending.delete(target);
    }
  }

  changed(revision: number, affected: Affected): void {
    this.#seen = Math.max(this.#seen, revision);
    for (const target of this.#touchedBy(affected)) this.#pending.add(target);
  }

  /** Goes through the smaller side: a change may touch a whole organization, a node watches a few. */
  #touchedBy(affected: Affected): Iterable<string> {
    if (affected === "all") return this.#watched.keys();
    if (affected.size > this.#watched.size)
      return this.#watched.keys().filter((target) => affected.has(target));
    return affected.values().filter((target) => this.#watched.has(target));
  }

  /** An increment is due, an empty one if nothing changed: it makes a node that has lost the last message notice. */
  confirm(): void {
    this.#confirming = true;
  }

  /** Takes everything that is pending; undefined if nothing is. What changes from now on is pending again. */
  take(): Work | undefined {
    if (this.#pending.size === 0 && this.#position !== undefined && !this.#confirming) return undefined;
    const questions = [...this.#pending].flatMap((target) => this.#question(target));
    this.#pending.clear();
    return { revision: this.#seen, questions };
  }

  #question(target: string): Work["questions"] {
    const watched = this.#watched.get(target);
    if (watched === undefined) return [];
    const known = watched.due ? undefined : watched.digest;
    watched.due = false;
    return [{ target, known }];
  }

  /** What was taken and not looked up, as the message is large enough without it: it is pending again, as it was. */
  putBack(questions: Work["questions"]): void {
    for (const { target, known } of questions) {
      const watched = this.#watched.get(target);
      if (watched === undefined) continue;
      if (known === undefined) watched.due = true;
      this.#pending.add(target);
    }
  }

  /**
   * The message that the answers make; undefined if there is nothing to say.
   * @param answers to the questions of `work`, without those that still hold
   */
  message(work: Work, answers: readonly Answer[]): SubscribeResponse | undefined {
    // Unwatched while it was looked up.
    const wanted = answers.filter((answer) => this.#watched.has(answer.target));
    for (const answer of wanted) this.#remember(answer);
    const targets = wanted.map((answer) => answer.state);
    const appliesTo = this.#position;
    const confirming = this.#confirming;
    this.#confirming = false;
    if (appliesTo === undefined) {
      this.#position = work.revision;
      return { snapshot: { revision: work.revision, targets } };
    }
    if (targets.length === 0 && !confirming) return undefined;
    this.#position = work.revision;
    return { increment: { appliesTo, revision: work.revision, targets } };
  }

  #remember(answer: Answer): void {
    const watched = this.#watched.get(answer.target);
    if (watched !== undefined) watched.digest = answer.digest;
  }
}
