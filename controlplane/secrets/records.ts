import type { Scope } from "../../common/resource-name.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import type { Stored } from "../database/record.ts";

export const SECRET_KINDS = ["env", "file", "registry", "opaque"] as const;

export type SecretKind = (typeof SECRET_KINDS)[number];

export interface SecretRecord extends Stored {
  readonly scope: Scope;
  readonly kind: SecretKind;
  /** `file` only, the default filled in. */
  readonly path: string | undefined;
  /** `file` only, the default filled in. */
  readonly mode: number | undefined;
  /** `file` only; undefined: the container's user. */
  readonly ownerUid: number | undefined;
  readonly ownerGid: number | undefined;
  /** `registry` only, normalised: `docker.io` is `https://index.docker.io/v1/`, else host[:port] in lower case. */
  readonly registry: string | undefined;
  readonly username: string | undefined;
  /** Organization secrets only: the projects and workspaces (resource names) that get it; empty: all. */
  readonly only: readonly string[];
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
export interface SecretFields {
  readonly path?: string | undefined;
  readonly mode?: number | undefined;
  readonly ownerUid?: number | undefined;
  readonly ownerGid?: number | undefined;
  readonly registry?: string | undefined;
  readonly username?: string | undefined;
  readonly only?: readonly string[] | undefined;
}

export interface SecretDraft extends SecretFields {
  readonly kind: SecretKind;
  readonly value: SecretValue;
  readonly comment?: string | undefined;
}

/** undefined leaves a field as it is; null puts it back to its default. `only: []` lifts the limit. */
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
