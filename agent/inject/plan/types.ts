import type { Bundle } from "../../../common/bundle.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import type { FilePlace } from "../../../common/workload/files.ts";
import type { DeliveredKind } from "../../../common/workload/secret-kind.ts";
import type { OciIdMapping, OciMount } from "../../runtime/oci-spec.ts";
import type { RestartAttempt, Wanted } from "./attempt.ts";

/** What planning has to know of a container's OCI specification, as it was before we edited it. */
export interface SpecFacts {
  /** `NAME=value`, as the engine wrote it. */
  readonly env: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number };
  /** Empty without a user namespace. */
  readonly uidMappings: readonly OciIdMapping[];
  readonly gidMappings: readonly OciIdMapping[];
  /** Where the engine mounts something. */
  readonly mounts: readonly string[];
  /** Those of them that are volumes without a name, as an image's VOLUME makes them. Records of early agents lack it. */
  readonly anonymous?: readonly string[];
  /** Whether the engine removes the container when it ends. Left out where it could not be read. */
  readonly autoRemove?: boolean;
  /** Files of the container's own below /run/secrets, the first ones, sorted. Left out where its root could not be read. */
  readonly ownFiles?: readonly string[];
  /** Variables whose value is the image's default. Left out where nothing depends on them, or the engine did not say. */
  readonly imageVariables?: readonly string[];
  /** Random: keys the fingerprints of parts of values, so that equal parts of two containers do not look equal. */
  readonly salt?: string;
  /** The command of the container's HEALTHCHECK, as the engine executes it. Left out without one, or where it could not be read. */
  readonly healthcheck?: readonly string[];
}

export interface PlannedVariable {
  readonly name: string;
  readonly value: SecretValue;
  /** Equal if and only if the value is equal (for one container). Safe to store and to log. */
  readonly fingerprint: string;
}

export interface PlannedFile {
  /** In the container, absolute. */
  readonly path: string;
  readonly bytes: SecretValue;
  readonly mode: number;
  /** As the host counts: shifted under userns-remap. */
  readonly uid: number;
  readonly gid: number;
  /** Of bytes, mode and owner together. Safe to store and to log. */
  readonly fingerprint: string;
  /** `directory`: below /run/secrets, switched together. `own`: bound by itself, rewritten in place. */
  readonly place: FilePlace;
}

/** One secret of those a container gets, without its value. */
export interface DeliveredSecret {
  readonly id: string;
  readonly secret: string;
  readonly version: number;
  readonly kind: DeliveredKind;
  readonly fingerprint: string;
}

/** What a container is to be given: a value, to be compared, tested and applied elsewhere. */
export interface InjectionPlan {
  readonly target: string;
  readonly revision: number;
  /** {@link Bundle.told} */
  readonly told: number;
  readonly digest: string;
  readonly env: readonly PlannedVariable[];
  readonly files: readonly PlannedFile[];
  /** The `config.json` of DOCKER_CONFIG, and fingerprints by registry key. Undefined without a registry secret. */
  readonly registry:
    | { readonly file: PlannedFile; readonly entries: Readonly<Record<string, string>> }
    | undefined;
  /** Whether the directory is mounted at /run/secrets. */
  readonly directory: boolean;
  readonly delivered: readonly DeliveredSecret[];
  /** What its owner may not expect, with the remedy: sentences about the container without its name. */
  readonly warnings: readonly string[];
}

/** What a plan delivers, by fingerprint; values cannot be had from it. */
export interface Delivery {
  readonly revision: number;
  readonly digest: string;
  /** By variable; without DOCKER_CONFIG, which tells nothing about a value. */
  readonly env: Readonly<Record<string, string>>;
  /** By path in the container. */
  readonly files: Readonly<Record<string, string>>;
  /** By registry. */
  readonly registry: Readonly<Record<string, string>>;
  readonly secrets: readonly DeliveredSecret[];
}

/** What is known of a container that was given secrets. Lies beside its files, so that it survives an agent's restart. No values. */
export interface ContainerRecord {
  readonly format: 1;
  readonly container: string;
  readonly name: string;
  /** The resource name of its workspace or project. */
  readonly target: string;
  /** Its `keyhold.` labels; `parseRequest` reads them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly facts: SpecFacts;
  /** The paths that are mounted since its start; others can only come with the next one. */
  readonly mounted: {
    readonly directory: boolean;
    readonly own: readonly string[];
    /** Where the image has nothing, so that a mount point was made. Undefined: nowhere, or nobody knows. */
    readonly made?: readonly string[];
  };
  /** What its first process was started with, or was last told of by {@link Reinjection.settle}. */
  readonly given: Delivery;
  /** What `docker exec` and the files show now. */
  readonly current: Delivery;
  /**
   * The variables that `docker exec` showed when its first process was started, or was last told of a change: fingerprints. A
   * signal cannot bring it another environment, so this may differ from what was given.
   */
  readonly told: Delivery["env"];
  readonly wanted: Wanted;
  /** The directory of the specification it was started with, which holds the values. Records of early agents lack it. */
  readonly bundle?: string;
  /** The secrets it needs and its target does not have any more: ids, sorted. It keeps them, and cannot be started again. */
  readonly held?: readonly string[];
  readonly attempt?: RestartAttempt;
}

/** What a new bundle means for one container. All lists are sorted. */
export interface InjectionChange {
  readonly record: ContainerRecord;
  /** Variables whose value is not the one the first process has (new, changed or gone): only a restart brings them. */
  readonly env: readonly string[];
  /** Paths whose content is not what the container was started with, or what it was last told of. */
  readonly files: readonly string[];
  /** Those of them that this call wrote or removed. */
  readonly rewritten: readonly string[];
  /** Whether this call changed the registry entries. Never a reason for a restart. */
  readonly registry: boolean;
  /** The secrets that the container needs and its target does not have any more. With any, its next start is refused. */
  readonly held: readonly string[];
  /** Paths that cannot appear before the next start, because nothing is mounted there yet. */
  readonly waiting: readonly string[];
}

/** For whoever reacts to changes: brings a running container to a new bundle as far as that goes without a restart. */
export interface Reinjection {
  /** Every container that was given secrets and is not forgotten yet, running or not. */
  records(): readonly ContainerRecord[];
  /** Called when {@link records} has changed by anything but a reading again of the same. Returns the unsubscribe. */
  onRecords(listener: () => void): () => void;
  /**
   * Plans again with what the container was started with, writes its files, and from then on answers `docker exec` accordingly.
   * Idempotent: the same bundle again writes nothing and returns the same `env` and `files`.
   * @returns undefined if the container is not known (any more)
   * @throws KeyholdError if it cannot be given this bundle (a secret it needs is gone, a limit); then nothing has changed
   */
  reinject(container: string, bundle: Bundle): Promise<InjectionChange | undefined>;
  /** The first process has been told (by a signal) of the files as they are now: `files` counts from here. `env` does not: it cannot change. */
  settle(container: string): Promise<void>;
  /**
   * Keeps what `change` makes of the container's turn.
   * @returns whether that is another than it was; else nothing is written
   */
  updateAttempt(
    container: string,
    change: (record: ContainerRecord) => RestartAttempt | undefined,
  ): Promise<boolean>;
  /** The container is gone: its files and its record go. Its target is released by whoever knows that no other container needs it. */
  forget(container: string): Promise<void>;
}

/** A bind mount that the plan needs, ready for the specification. */
export type PlannedMount = OciMount & { readonly source: string };
