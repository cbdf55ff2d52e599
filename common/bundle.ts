import type { SecretValue } from "./secret-value.ts";
import type { DeliveredFields } from "./workload/secret-field.ts";
import type { DeliveredKind } from "./workload/secret-kind.ts";

/** One secret a workload gets. `opaque` secrets never reach a node. */
export interface ResolvedSecret extends Partial<DeliveredFields> {
  /** The name workloads use: unique in a bundle. */
  readonly id: string;
  /** Resource name of the secret that won. */
  readonly secret: string;
  readonly version: number;
  readonly kind: DeliveredKind;
  readonly value: SecretValue;
  /** Keyed hash of the value: equal for equal values, tells nothing else. Safe to store and to log. */
  readonly fingerprint: string;
}

/** What a target resolves to, as the control plane said it. Immutable: a change is a new bundle. */
export interface Bundle {
  readonly target: string;
  readonly revision: number;
  /** Of the message that brought these values: the same for all targets that one write has changed. Left out: {@link revision}. */
  readonly told?: number;
  readonly digest: string;
  /** By id. */
  readonly secrets: readonly ResolvedSecret[];
  /** Secrets of kinds that this agent does not know, so that no container can be given them. Left out: none. */
  readonly omitted?: readonly OmittedSecret[];
}

export interface OmittedSecret {
  readonly id: string;
  /** As the control plane calls the kind. */
  readonly kind: string;
}

export type TargetState =
  | { readonly kind: "bundle"; readonly target: string; readonly bundle: Bundle }
  | { readonly kind: "refused"; readonly target: string; readonly reason: string; readonly next: string };

/** What a container that starts allows while the control plane cannot be asked. */
export interface OutagePolicy {
  readonly onOutage: "last-good" | "fail";
  /** Milliseconds since the last contact about its target. */
  readonly maxAge: number;
}

/** The control plane, as the rest of the agent sees it: one state per target, held in memory and kept current. */
export interface TargetSource {
  /**
   * The target's state: from memory if the target is watched already, else asked for and watched from now on.
   * Waits at most `timeout` milliseconds (default 3000).
   * @param outage for a start: what was said before the stream broke is an answer only as far as this allows
   * @throws KeyholdError `unavailable` if nothing that may be used is held and the control plane does not answer in time; never an
   * empty bundle. `denied` once the node is revoked, whatever is held
   */
  obtain(target: string, timeout?: number, outage?: OutagePolicy): Promise<TargetState>;
  /** Starts watching without waiting: the answer will be there when the runtime asks. */
  prefetch(target: string): void;
  /** What is held now, if anything. */
  peek(target: string): TargetState | undefined;
  /** No container needs it any more. */
  release(target: string): void;
  /** Called for each target whose state changed (never with an equal digest twice in a row). Returns the unsubscribe. */
  onChange(listener: (state: TargetState) => void): () => void;
  /** Whether the stream is up now. */
  readonly connected: boolean;
}
