import type { Scope } from "../../common/resource-name.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import type { DeliveredFields } from "../../common/workload/secret-field.ts";
import type { SecretKind } from "../../common/workload/secret-kind.ts";
import type { Stored } from "../database/record.ts";

/** A secret without its value. The fields of its kind have their defaults filled in; those of other kinds are undefined. */
export interface SecretRecord extends Stored, DeliveredFields {
  readonly scope: Scope;
  readonly kind: SecretKind;
  /**
   * Organization secrets only: the projects and workspaces (resource names) that get it. Undefined: all do. Empty: none does, as
   * those it was limited to are deleted.
   */
  readonly only: readonly string[] | undefined;
  /** Of the newest version. */
  readonly comment: string;
  /** The newest, from 1. */
  readonly version: number;
  /** Bytes of the newest value. */
  readonly size: number;
  /** Keyed hash of the newest value, hexadecimal: equal for equal values of one organization. */
  readonly fingerprint: string;
  readonly updateTime: number;
  readonly updater: string;
  /** Set while it is deleted and can be restored. */
  readonly deleteTime: number | undefined;
  readonly purgeTime: number | undefined;
  /** The store's revision of its last change. */
  readonly revision: number;
}

export interface SecretVersionRecord {
  /** `{parent}/secrets/{secret}/versions/{version}` */
  readonly name: string;
  readonly version: number;
  readonly createTime: number;
  readonly creator: string;
  readonly comment: string;
  readonly size: number;
  /** The version whose value a rollback repeats. */
  readonly rollbackOf: number | undefined;
}

export interface AccessedSecret {
  readonly name: string;
  readonly version: number;
  readonly value: SecretValue;
}

/** The fields of a secret beside its value; undefined: the default. */
export interface SecretFields extends Partial<DeliveredFields> {
  readonly only?: readonly string[] | undefined;
}

export interface SecretDraft extends SecretFields {
  readonly kind: SecretKind;
  readonly value: SecretValue;
  readonly comment?: string | undefined;
}

/** undefined leaves a field as it is; null puts it back to its default. `only: []` or null lifts the limit. */
export type SecretChanges = { readonly [K in keyof SecretFields]: SecretFields[K] | null } & {
  /** If given it must be the kind the secret has (`precondition`). */
  readonly kind?: SecretKind | undefined;
  readonly value?: SecretValue | undefined;
  readonly comment?: string | undefined;
};

export interface SecretWritten {
  readonly secret: SecretRecord;
  /** What was accepted but looks wrong, in sentences. */
  readonly warnings: readonly string[];
  /** False if everything was so already: nothing was written, no revision was made. */
  readonly changed: boolean;
}

/** Of all live secrets of a scope that reach workloads. Bytes. */
export interface DeliveredSizes {
  /** Of `env` secrets, as a process has them: `NAME=value` and a NUL each. */
  readonly environment: number;
  /** Of the values, of whatever kind. */
  readonly values: number;
}
