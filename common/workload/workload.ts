import type { Piece } from "./references.ts";
import type { DeliveredFields } from "./secret-field.ts";
import type { SecretKind } from "./secret-kind.ts";

/**
 * A secret that a workload can be given, for planning: `fingerprint` is equal if and only if the value is. Values are of no concern
 * here; the agent's secrets carry theirs, and those of the control plane have none.
 */
export interface WorkloadSecret extends Partial<DeliveredFields> {
  /** The name workloads use: unique in a target. */
  readonly id: string;
  readonly kind: SecretKind;
  readonly fingerprint: string;
}

/** Whom an error is about, as people call it. */
export interface Subject {
  readonly container: string;
  /** Resource name of a workspace or project. */
  readonly target: string;
}

export interface SelectedSecret {
  readonly id: string;
  /** `C?`: the container starts without it as well. */
  readonly optional: boolean;
}

/** A variable that a reference or a label sets, over a secret of the variable's own name. */
export interface WantedVariable {
  readonly name: string;
  /** A label has one piece, the secret it names. */
  readonly pieces: readonly Piece[];
  /** Whether the variable is left alone if its secret is missing, instead of refusing the start. */
  readonly optional: boolean;
  readonly from: "label" | "reference";
}

/** Under a user namespace, id `containerID + n` inside is `hostID + n` outside, for n below `size`. */
export interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** What a container asks for and how it was made, as far as that decides what it gets. */
export interface Wants {
  /** Undefined: everything that the target resolves to. */
  readonly secrets: readonly SelectedSecret[] | undefined;
  /** In the order in which they are set: the later of one name counts. */
  readonly variables: readonly WantedVariable[];
  /** The user of the container, who owns its files. */
  readonly user: { readonly uid: number; readonly gid: number };
  /** Empty without a user namespace, and for the control plane, which does not know them. */
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  readonly occupied: Occupied;
}

/** What the container has where files of secrets would go. Paths are canonical. */
interface Occupied {
  /** Everything that the engine mounts. */
  readonly mounts: readonly string[];
  /** A mount at /run/secrets, or below, that files must not cover. */
  readonly directory: string | undefined;
  /** Files of the container's own below /run/secrets, such as Compose copies there; the first ones, sorted. */
  readonly files: readonly string[];
}
