/**
 * Which resources changed, in the order of their revisions. Without gaps, but for a process that has not listened for so long
 * that what it missed is not kept any more: it is told of one change of kind `gap`, and looks at everything anew.
 */
export interface ChangeFeed {
  /**
   * Called after each commit, with all changes of one revision, before the write's promise resolves. What a listener throws
   * is logged and reaches nobody. Returns how to stop listening.
   */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
  currentRevision(): Promise<number>;
  /** Those after `revision`, oldest first. */
  changesSince(revision: number): Promise<readonly Change[]>;
  /** Removes what nobody needs any more. @returns how many revisions */
  purgeExpired(): Promise<number>;
}

export type ChangeKind =
  | "organization"
  | "project"
  | "user"
  | "service-account"
  | "workspace"
  | "member"
  | "secret"
  | "token"
  | "join-token"
  | "invitation"
  | "node"
  | "rollout"
  /** The resource is the node of its container. */
  | "rollout-step"
  /** What changed up to this revision is not known any more. */
  | "gap";

/** One resource that one transaction changed. All changes of a transaction have one revision. */
export interface Change {
  readonly revision: number;
  /** The organization's id; undefined for what belongs to the server. */
  readonly organization: string | undefined;
  /** The resource name; of a member the parent's name, `/members/` and the principal without its organization. */
  readonly resource: string;
  readonly kind: ChangeKind;
  readonly action: "created" | "updated" | "deleted" | "restored" | "purged" | "halted";
}
