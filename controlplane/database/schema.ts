import type { Kysely } from "kysely";
import type { RenewedFingerprintRow, SecretRow, SecretVersionRow } from "./migrations/secret-tables.ts";

export type { RenewedFingerprintRow, SecretRow, SecretVersionRow } from "./migrations/secret-tables.ts";

// The tables as Kysely sees them. Ids are text, times integer milliseconds, lists JSON text; nothing here is of one dialect.
// `revision` is that of the row's last change: it is also the etag.

export type Db = Kysely<Schema>;

interface Resource {
  uid: string;
  display_name: string;
  create_time: number;
  creator: string;
  revision: number;
}

export interface OrganizationRow extends Resource {
  id: string;
  /** `anyone` or `owner-confirms`. */
  placement: string;
  /** JSON: quota to limit, those that are not as by default. */
  quotas: string;
}

export interface ProjectRow extends Resource {
  organization: string;
  id: string;
}

export interface UserRow extends Resource {
  organization: string;
  id: string;
  email: string | null;
  /** The address in lower case: unique in the organization. */
  email_key: string | null;
  /** When an administrator last reset how the user signs in. */
  reset_time: number | null;
  /** Keyed hash of what it is recognized by, see `directory/credential-seals.ts`; null only before the first start of this release. */
  seal: Uint8Array | null;
}

export interface ServiceAccountRow extends Resource {
  organization: string;
  id: string;
}

export interface WorkspaceRow extends Resource {
  organization: string;
  id: string;
  /** Ids, not resource names. */
  owner: string;
  project: string | null;
  node: string | null;
  /** Principal; null: placed nowhere, or by a release that did not record it. */
  placed_by: string | null;
  place_time: number | null;
  /** The revision that placed it, or took its placement away. */
  place_revision: number | null;
  /** When its owner agreed to the placement. */
  confirm_time: number | null;
  /** 1: its node was revoked, and no node may claim it. */
  released: number;
}

interface MemberRow {
  organization: string;
  /** Resource name of the organization or project. */
  parent: string;
  principal: string;
  role: string;
  create_time: number;
}

export interface TokenRow {
  id: string;
  organization: string | null;
  principal: string;
  display_name: string;
  prefix: string;
  scopes: string;
  hash: string;
  create_time: number;
  creator: string;
  expire_time: number | null;
  last_use_time: number | null;
  revoke_time: number | null;
  /** Resource name of the token that this one was made with. */
  parent: string | null;
  /** Keyed hash of what the row permits, see `directory/credential-seals.ts`; null only before the first start of this release. */
  seal: Uint8Array | null;
}

/** Lets a user sign in for the first time, or again after a reset. */
export interface InvitationRow {
  id: string;
  organization: string;
  user_id: string;
  /** 1: redeeming it revokes every token of the user. */
  resets: number;
  hash: string;
  create_time: number;
  creator: string;
  /** Resource name of the token that the creator used. */
  made_with: string | null;
  expire_time: number;
  use_time: number | null;
  revoke_time: number | null;
  /** Keyed hash of what the row permits, see `directory/credential-seals.ts`; null only before the first start of this release. */
  seal: Uint8Array | null;
}

export interface JoinTokenRow {
  id: string;
  organization: string;
  node_id: string | null;
  projects: string;
  hash: string;
  create_time: number;
  creator: string;
  expire_time: number;
  /** When the last of its uses was taken. */
  use_time: number | null;
  max_uses: number;
  uses: number;
  revoke_time: number | null;
  /** Resource name of the token that the creator used. */
  made_with: string | null;
  /** Keyed hash of what the row permits, see `directory/credential-seals.ts`; null only before the first start of this release. */
  seal: Uint8Array | null;
  /** 1: its node may claim any workspace. */
  claim_any: number;
}

export interface NodeRow {
  organization: string;
  id: string;
  uid: string;
  projects: string;
  public_key: string;
  certificate_serial: string;
  certificate_expire_time: number;
  create_time: number;
  creator: string;
  last_contact_time: number | null;
  agent_version: string;
  containers: number;
  revoke_time: number | null;
  revision: number;
  /** The server that has the node's stream, and until when it does unless it says so again. */
  connected_by: string | null;
  connected_until: number | null;
  /** 1: a certificate that does not name the uid does not count (any more). */
  requires_uid: number;
  /** 1: it may claim any workspace that is placed nowhere. */
  claim_any: number;
  /** Keyed hash of what it is recognized by, see `directory/credential-seals.ts`; null only before the first start of this release. */
  seal: Uint8Array | null;
}

/** What one container ran with when its node last said so. */
export interface ReceiptRow {
  organization: string;
  /** The node's id. */
  node: string;
  container_id: string;
  /** Resource name; empty if it was given nothing. */
  target: string;
  /** The node's report of it, as JSON. */
  report: string;
}

export interface RolloutRow {
  organization: string;
  id: string;
  /** Resource name. */
  secret: string;
  version: number;
  state: string;
  problem: string;
  /** Resource name: whose container the problem names. */
  problem_target: string;
  creator: string;
  write_back: string;
  create_time: number;
  end_time: number | null;
  revision: number;
  /** Who has to get it: JSON, for each a node's id, a container's, and whether it was healthy with it (1 or 0). */
  containers: string;
  total: number;
  done: number;
}

/** A step that was given to a container of a group, until it is known to have ended well. */
export interface RolloutStepRow {
  id: string;
  organization: string;
  /** The node's id. */
  node: string;
  container_id: string;
  rollout_group: string;
  /** What it had before: JSON, `SECRET VERSION` each. */
  had: string;
  revision: number;
  create_time: number;
  failed: number;
  problem: string;
}

export interface ChangeRow {
  revision: number;
  /** Position within the revision, from 0. */
  ordinal: number;
  organization: string | null;
  resource: string;
  kind: string;
  action: string;
}

/** One row of an audit log. */
export interface AuditEventRow {
  /** Uid of the organization whose log it is; empty: the server's own. */
  log: string;
  /** The organization's id when the row was written. */
  organization: string;
  sequence: number;
  time: number;
  principal: string;
  address: string;
  request_id: string;
  action: string;
  resource: string;
  version: number;
  result: string;
  comment: string;
  hash: Uint8Array;
  /** What the hash covers: see common/audit-chain.ts. */
  format: number;
  /** Id of the token that was used; empty without one. */
  token: string;
  resource_uid: string;
  owner_uid: string;
  /** How many calls the row stands for. */
  count: number;
  /** JSON list of `NAME@VERSION`; empty if nothing was handed out. */
  details: string;
  /** Empty if the row has no private part. */
  salt: Uint8Array;
}

/** Where an audit log begins and ends. */
export interface AuditHeadRow {
  /** Uid of the organization; empty: the server's own log. */
  log: string;
  organization: string;
  /** The row before the first, and its hash. */
  base_sequence: number;
  base_hash: Uint8Array;
  sequence: number;
  hash: Uint8Array;
  /** Keyed hash of the others; empty once one did not hold. */
  seal: Uint8Array;
  /** 1: sealed by a release that knew the organization's id only. */
  seal_format: number;
}

/** How far an audit log was verified. */
interface AuditCheckpointRow {
  log: string;
  sequence: number;
  hash: Uint8Array;
  seal: Uint8Array;
}

export interface Schema {
  organizations: OrganizationRow;
  projects: ProjectRow;
  users: UserRow;
  service_accounts: ServiceAccountRow;
  workspaces: WorkspaceRow;
  members: MemberRow;
  secrets: SecretRow;
  secret_versions: SecretVersionRow;
  renewed_fingerprints: RenewedFingerprintRow;
  tokens: TokenRow;
  join_tokens: JoinTokenRow;
  invitations: InvitationRow;
  nodes: NodeRow;
  receipts: ReceiptRow;
  rollouts: RolloutRow;
  rollout_steps: RolloutStepRow;
  changes: ChangeRow;
  audit_events: AuditEventRow;
  audit_heads: AuditHeadRow;
  audit_checkpoints: AuditCheckpointRow;
  /** One row, `revision`. */
  counters: { name: string; value: number };
  /** Keys of the server's own, wrapped by the root key: `fingerprint`. */
  wrapped_keys: { name: string; key_id: string; wrapped: Uint8Array };
  schema_migrations: { version: number; name: string; time: number };
}
