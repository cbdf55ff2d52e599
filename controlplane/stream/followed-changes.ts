import type { Log } from "../../common/log.ts";
import type { Change, ChangeFeed } from "../database/change.ts";
import type { ChangeSource, StreamChange } from "./sources.ts";

/** Which targets could resolve to something else after these changes; placement is not its business. */
export type AffectedTargets = (changes: readonly Change[]) => Promise<ReadonlySet<string>>;

/**
 * The change feed, with each revision translated into targets. Translating takes a look into the store, so revisions queue
 * up behind each other: listeners hear of them one after the other, and `currentRevision` never runs ahead of them.
 */
export class FollowedChanges implements ChangeSource {
  readonly #affected: AffectedTargets;
  readonly #log: Log;
  readonly #listeners = new Set<(change: StreamChange) => void>();
  #revision = 0;
  #queue: Promise<void>;
  readonly #unsubscribe: () => void;

  private constructor(
    feed: Pick<ChangeFeed, "onChange" | "currentRevision">,
    affected: AffectedTargets,
    log: Log,
  ) {
    this.#affected = affected;
    this.#log = log;
    this.#queue = feed.currentRevision().then((revision) => {
      this.#revision = revision;
    });
    // Before the position is known: a change in between queues up behind it.
    this.#unsubscribe = feed.onChange((changes) => {
      this.#queue = this.#queue.then(() => this.#follow(changes));
    });
  }

  static async open(
    feed: Pick<ChangeFeed, "onChange" | "currentRevision">,
    affected: AffectedTargets,
    log: Log,
  ): Promise<FollowedChanges> {
    const opened = new FollowedChanges(feed, affected, log.child({ component: "stream" }));
    try {
      await opened.#queue;
    } catch (thrown) {
      opened.close();
      throw thrown;
    }
    return opened;
  }

  currentRevision(): number {
    return this.#revision;
  }

  onChange(listener: (change: StreamChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#unsubscribe();
  }

  async #follow(changes: readonly Change[]): Promise<void> {
    const change = await this.#translate(changes);
    if (change === undefined) return;
    this.#revision = Math.max(this.#revision, change.revision);
    for (const listener of this.#listeners) listener(change);
  }

  async #translate(changes: readonly Change[]): Promise<StreamChange | undefined> {
    const [first] = changes;
    if (first === undefined) return undefined;
    const { revision } = first;
    if (changes.some((change) => change.kind === "gap")) return { revision, targets: "all", nodes: "all" };
    const nodes = new Set(
      changes.filter((change) => change.kind === "node").map((change) => change.resource),
    );
    if (changes.some((change) => change.kind === "organization")) return { revision, targets: "all", nodes };
    try {
      return { revision, targets: new Set([...placed(changes), ...(await this.#affected(changes))]), nodes };
    } catch (err) {
      this.#log.error({ revision, err }, "The targets of a change are not known, all are looked at");
      return { revision, targets: "all", nodes };
    }
  }
}

/** Targets that changed themselves: they come, go, or are placed elsewhere. */
function placed(changes: readonly Change[]): string[] {
  return changes
    .filter((change) => change.kind === "workspace" || change.kind === "project")
    .map((change) => change.resource);
}
