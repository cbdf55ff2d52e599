// Rollouts as the stores hand them out. References are resource names, times milliseconds since 1970.

export const ROLLOUT_STATES = ["RUNNING", "WAITING", "DONE", "HALTED", "ROLLED_BACK", "SUPERSEDED"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** States in which something may still happen. */
export const ACTIVE_STATES = ["RUNNING", "WAITING", "HALTED"] as const satisfies readonly RolloutState[];

/**
 * Whether the version before is to be written back. `wanted`: if the rollout halts; `refused`: it did, and that could not be
 * written.
 */
export type WriteBack = "none" | "wanted" | "refused";

/** One container, by what never changes of it. */
export interface ContainerName {
  /** Resource name. */
  readonly node: string;
  /** The engine's id. */
  readonly container: string;
}

/** One that has to get a version. */
interface RolloutContainer extends ContainerName {
  /** It was healthy with it: what happens to it later is not this version's doing. */
  readonly well: boolean;
}

/** One version of a secret on its way to the containers that had another when it was written. */
export interface RolloutRecord {
  /** `organizations/{organization}/rollouts/{rollout}` */
  readonly name: string;
  readonly id: string;
  /** The organization's id. */
  readonly organization: string;
  /** Resource name. */
  readonly secret: string;
  /** 0: it was deleted. */
  readonly version: number;
  readonly state: RolloutState;
  /** A sentence; empty if nothing is wrong. */
  readonly problem: string;
  /** Resource name of the workspace or project whose container the problem names; empty without one. */
  readonly problemTarget: string;
  /** The principal who wrote the version. */
  readonly creator: string;
  readonly writeBack: WriteBack;
  readonly createTime: number;
  readonly endTime: number | undefined;
  /** The store's revision of the write. */
  readonly revision: number;
  /** Who had to get it when it was written, or has turned out to since; of them only what is live counts. */
  readonly containers: readonly RolloutContainer[];
  /** How many of them there still are, and how many of those have it. */
  readonly total: number;
  readonly done: number;
}

/** What is found of a rollout under way. */
export type RolloutProgress = Pick<
  RolloutRecord,
  "state" | "problem" | "problemTarget" | "total" | "done" | "containers"
> & {
  readonly writeBack?: WriteBack;
};

/** A step that was given to a container of a group, and its place among those that may be unavailable. */
export interface StepRecord extends ContainerName {
  readonly id: string;
  /** The organization's id. */
  readonly organization: string;
  readonly group: string;
  /** The store's revision when it was given. */
  readonly revision: number;
  /** What it had before: `SECRET VERSION` each. */
  readonly had: readonly string[];
  readonly createTime: number;
  /** Its restart did not end healthy. */
  readonly failed: boolean;
  /** A sentence; empty if it did not fail. */
  readonly problem: string;
}

export interface RolloutStore {
  /** In the transaction of a write to the secret: if its rollout halts, the version before is written back. */
  writeBackOnFailure(secret: string): Promise<void>;
  /** Of a version that is being written. The state is RUNNING; those of other versions of the secret are SUPERSEDED. */
  begin(
    draft: Pick<RolloutRecord, "organization" | "secret" | "version" | "creator"> & {
      readonly containers: readonly ContainerName[];
      readonly wantsWriteBack: boolean;
    },
  ): Promise<RolloutRecord>;
  /** A version is being written that nobody has to get: those of others are SUPERSEDED all the same. */
  supersede(organization: string, secret: string, version: number): Promise<void>;
  /** Nothing is written if that is what is known. What is over gets its end time; halting is a change that others hear of. */
  progress(rollout: RolloutRecord, found: RolloutProgress): Promise<void>;
  find(organization: string, id: string): Promise<RolloutRecord | undefined>;
  /** Newest first. */
  list(
    organization: string,
    page: { readonly pageSize?: number | undefined; readonly pageToken?: string | undefined },
  ): Promise<{ readonly items: readonly RolloutRecord[]; readonly nextPageToken: string }>;
  /** The last one of a version; undefined if nobody had to get it. */
  ofVersion(organization: string, secret: string, version: number): Promise<RolloutRecord | undefined>;
  /** In which something may still happen, oldest first. */
  active(organization: string, secret?: string): Promise<readonly RolloutRecord[]>;
  /** Ids of organizations with rollouts in which something may still happen, or with steps. */
  busyOrganizations(): Promise<readonly string[]>;
  /** Removes what ended longer ago than it is kept. @returns how many */
  purgeExpired(): Promise<number>;
  countByState(): Promise<ReadonlyMap<RolloutState, number>>;

  /** By id. */
  steps(organization: string): Promise<readonly StepRecord[]>;
  /** Gives one; others hear of it. */
  give(step: Omit<StepRecord, "id" | "revision" | "createTime" | "failed" | "problem">): Promise<StepRecord>;
  end(step: StepRecord): Promise<void>;
  /** Others hear of it. */
  fail(step: StepRecord, problem: string): Promise<void>;
}
