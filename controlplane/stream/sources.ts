import { KeyholdError } from "../../common/errors.ts";
import type { TargetState } from "../../proto/gen/keyhold/v1/TargetState.ts";
import type { EnrolledNode } from "../directory/records.ts";

/** Which targets a change may have touched: the sessions compare digests, so too many is slow and too few is wrong. */
export type Affected = "all" | ReadonlySet<string>;

/** One revision, as far as nodes are concerned. */
export interface StreamChange {
  readonly revision: number;
  readonly targets: Affected;
  /** Resource names of the nodes that changed themselves: revoked, or enrolled for other projects. `all`: any may have. */
  readonly nodes: "all" | ReadonlySet<string>;
}

/** The stream's view of the change feed. */
export interface ChangeSource {
  /** The newest revision that listeners have been told of. */
  currentRevision(): number;
  /** Called once for each revision, in order. Returns the unsubscribe. */
  onChange(listener: (change: StreamChange) => void): () => void;
}

/** What a node gets for one target at this moment. */
export interface Answer {
  readonly target: string;
  /** Equal for equal answers to this target. */
  readonly digest: string;
  readonly state: TargetState;
}

export interface AnswerSource {
  /**
   * @param known the digest that the node has: undefined is returned if it still holds, and then no value was decrypted
   * @throws KeyholdError `denied` if the node is revoked or was enrolled again; another error if it cannot be said now; never an
   * answer that lacks something
   */
  answer(node: EnrolledNode, target: string, known: string | undefined): Promise<Answer | undefined>;
  /** Resource names of the projects that the node was enrolled for, sorted. */
  projectsOf(node: EnrolledNode): Promise<readonly string[]>;
}

/** Whether a node may hold a stream. */
export interface NodeGate {
  /** Also if the node does not exist (any more), or another node has its name: only its uid says which node it is. */
  isRevoked(node: EnrolledNode): Promise<boolean>;
}

/** What a stream of a revoked node is ended with. */
export function nodeRevoked({ id, organization }: Pick<EnrolledNode, "id" | "organization">): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `node ${id} of ${organization} is revoked`,
    next: `enroll it again with a token made by: keyhold node join-token ${organization} --name ${id}`,
  });
}
