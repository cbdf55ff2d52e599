import type { Scope, Target } from "../../common/resource-name.ts";
import type { DeliveredFields } from "../../common/workload/secret-field.ts";
import type { SecretRecord } from "../secrets/records.ts";

/** A level whose secrets a workspace does not get now, although it belongs there. */
export interface Withheld {
  readonly scope: Scope;
  /** Why, and what to do about it, in sentences. */
  readonly reason: string;
}

/** What decides which scopes count for a target. */
export interface TargetFacts {
  readonly target: Target;
  /** A workspace's owner, as a resource name. */
  readonly owner: string | undefined;
  /** A workspace's project, as a resource name. */
  readonly project: string | undefined;
  /** Levels of these that do not count now. */
  readonly withheld: readonly Withheld[];
}

/** What resolving has to know of a secret: everything but its value. */
export type Candidate = Pick<
  SecretRecord,
  "name" | "id" | "scope" | "kind" | "version" | "fingerprint" | "only"
> &
  DeliveredFields;

export interface JudgedCandidate<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** It is what its name means to the target. An opaque one can win, and is given to nobody all the same. */
  readonly wins: boolean;
  /** Why it wins or not, in a sentence. */
  readonly reason: string;
  /** Whom it lost to: the reason names it. */
  readonly to?: C;
  /** It is limited to these projects and workspaces: the reason names them. */
  readonly limitedTo?: readonly string[];
}

export interface ResolvedName<C extends Candidate = Candidate> {
  readonly id: string;
  /** Most specific first. */
  readonly candidates: readonly JudgedCandidate<C>[];
}

export interface Resolution<C extends Candidate = Candidate> {
  /** What the target gets, by name: one for each name, registry and file path; no opaque ones. */
  readonly winners: readonly C[];
  /** Every name of which there is a candidate, by name. */
  readonly names: readonly ResolvedName<C>[];
}
