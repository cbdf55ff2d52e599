import type { FieldColumns } from "../../../common/workload/secret-field.ts";

// Secrets and their versions as the database holds them.

export interface SecretRow extends FieldColumns {
  uid: string;
  organization: string;
  level: string;
  scope_id: string;
  id: string;
  kind: string;
  only_targets: string;
  comment: string;
  version: number;
  size: number;
  /** Of the newest version, as is `told_fingerprint`. */
  fingerprint: string;
  told_fingerprint: Uint8Array | null;
  create_time: number;
  creator: string;
  update_time: number;
  updater: string;
  delete_time: number | null;
  purge_time: number | null;
  revision: number;
}

export interface SecretVersionRow {
  secret_uid: string;
  version: number;
  create_time: number;
  creator: string;
  comment: string;
  size: number;
  /** Keyed hash of the value, with the present key: equal for equal values of one organization. */
  fingerprint: string;
  /** Sealed: what nodes were told of this value under an earlier key, and are told still. Null: `fingerprint`. */
  told_fingerprint: Uint8Array | null;
  rollback_of: number | null;
  sealed: Uint8Array;
  /** Which root key wraps the data key. */
  key_id: string;
  wrapped_key: Uint8Array;
  /** The version that the data key is bound to; 0: a key that release 0.1.0 made for all versions of a secret. */
  key_version: number;
}

/** What a version's fingerprints become when the renewal of the fingerprint key that is under way ends. */
export interface RenewedFingerprintRow {
  secret_uid: string;
  version: number;
  fingerprint: string;
  told_fingerprint: Uint8Array;
}
