import type { Scope } from "../../common/resource-name.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type {
  AccessedSecret,
  Change,
  JoinTokenRecord,
  MemberRecord,
  NodeRecord,
  NodeReport,
  OrganizationRecord,
  OrganizationRole,
  ProjectRecord,
  ProjectRole,
  Receipt,
  SecretChanges,
  SecretDraft,
  SecretRecord,
  SecretVersionRecord,
  SecretWritten,
  ServiceAccountRecord,
  StreamLease,
  TokenRecord,
  UserRecord,
  WorkspaceRecord,
} from "./records.ts";
import type { RolloutStore } from "./rollout-records.ts";

export * from "./records.ts";
export * from "./rollout-records.ts";

// Rules of every store:
// - `organization` and `id` are bare ids (`acme`, `web`); other references are resource names.
// - `by` is the principal who writes. The time is the store's clock.
// - `get` throws `not-found`, `find` returns undefined. Creating what exists throws `exists`. An `etag` that is given and old
//   throws `conflict`. What the state does not allow throws `precondition`.
// - Nobody's rights are checked here.

export interface PageRequest {
  /** 0 or undefined: 100; at most 1000. Negative: `invalid`. */
  readonly pageSize?: number | undefined;
  /** Opaque; empty or undefined: the first page. A token of another list throws `invalid`. */
  readonly pageToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** undefined or empty: whatever the etag is. */
export type Etag = string | undefined;

export interface OrganizationStore {
  create(draft: { id: string; displayName: string; by: string }): Promise<OrganizationRecord>;
  get(id: string): Promise<OrganizationRecord>;
  find(id: string): Promise<OrganizationRecord | undefined>;
  /** By name. With `memberOf` only those in which this principal has a role. */
  list(page: PageRequest & { memberOf?: string | undefined }): Promise<Page<OrganizationRecord>>;
  /** `precondition` while it holds projects, users, service accounts, workspaces, nodes or secrets, unless `force`. */
  delete(id: string, options?: { etag?: Etag; force?: boolean }): Promise<void>;
}

export interface ProjectStore {
  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    by: string;
  }): Promise<ProjectRecord>;
  get(organization: string, id: string): Promise<ProjectRecord>;
  find(organization: string, id: string): Promise<ProjectRecord | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<ProjectRecord>>;
  /** `precondition` while it has workspaces or secrets; `force` takes it away from them and purges its secrets. */
  delete(organization: string, id: string, options?: { etag?: Etag; force?: boolean }): Promise<void>;
}

export interface UserStore {
  /** Without a role: give it one with MemberStore, in the same transaction. */
  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    email?: string | undefined;
    by: string;
  }): Promise<UserRecord>;
  get(organization: string, id: string): Promise<UserRecord>;
  find(organization: string, id: string): Promise<UserRecord | undefined>;
  /** Whatever the case. */
  findByEmail(organization: string, email: string): Promise<UserRecord | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<UserRecord>>;
  /** `precondition` while it owns workspaces or is the last owner. Purges its secrets, roles; revokes its tokens. */
  delete(organization: string, id: string, options?: { etag?: Etag }): Promise<void>;
}

export interface ServiceAccountStore {
  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    by: string;
  }): Promise<ServiceAccountRecord>;
  get(organization: string, id: string): Promise<ServiceAccountRecord>;
  find(organization: string, id: string): Promise<ServiceAccountRecord | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<ServiceAccountRecord>>;
  /** Removes its roles and revokes its tokens. */
  delete(organization: string, id: string, options?: { etag?: Etag }): Promise<void>;
}

export interface WorkspaceStore {
  /** `precondition` if the owner, project or node does not exist (or is revoked). References are resource names. */
  create(draft: {
    organization: string;
    id: string;
    displayName: string;
    owner: string;
    project?: string | undefined;
    node?: string | undefined;
    by: string;
  }): Promise<WorkspaceRecord>;
  get(organization: string, id: string): Promise<WorkspaceRecord>;
  find(organization: string, id: string): Promise<WorkspaceRecord | undefined>;
  /** By name; with `owner` (resource name) only that user's. */
  list(
    organization: string,
    page: PageRequest & { owner?: string | undefined },
  ): Promise<Page<WorkspaceRecord>>;
  /** All workspaces in which a secret of this scope can count: for a workspace itself, a user's, a project's, all. */
  inScope(scope: Scope): Promise<readonly WorkspaceRecord[]>;
  /** undefined leaves a field, null empties it. Nothing changed: no revision. */
  update(
    organization: string,
    id: string,
    changes: {
      displayName?: string | undefined;
      project?: string | null | undefined;
      node?: string | null | undefined;
      etag?: Etag;
    },
  ): Promise<WorkspaceRecord>;
  /** Places it on the node if it is placed nowhere, atomically, and returns it as it is then: the caller compares `node`. */
  claim(organization: string, id: string, node: string): Promise<WorkspaceRecord>;
  /** Purges its secrets. */
  delete(organization: string, id: string, options?: { etag?: Etag }): Promise<void>;
}

export interface MemberStore {
  /** Gives a role or changes it. `not-found` if the principal (other than `users/owner`) does not exist there. */
  setOrganizationRole(
    organization: string,
    principal: string,
    role: OrganizationRole,
  ): Promise<MemberRecord<OrganizationRole>>;
  /** `precondition` for the last owner; `not-found` if it has no role. */
  removeOrganizationRole(organization: string, principal: string): Promise<void>;
  organizationRole(organization: string, principal: string): Promise<OrganizationRole | undefined>;
  listOrganization(organization: string, page: PageRequest): Promise<Page<MemberRecord<OrganizationRole>>>;
  setProjectRole(
    organization: string,
    project: string,
    principal: string,
    role: ProjectRole,
  ): Promise<MemberRecord<ProjectRole>>;
  removeProjectRole(organization: string, project: string, principal: string): Promise<void>;
  projectRole(organization: string, project: string, principal: string): Promise<ProjectRole | undefined>;
  listProject(
    organization: string,
    project: string,
    page: PageRequest,
  ): Promise<Page<MemberRecord<ProjectRole>>>;
}

export interface SecretStore {
  /** `exists` also over a deleted one: the message says how to restore or purge it. `not-found` if the scope is not there. */
  create(scope: Scope, id: string, draft: SecretDraft, by: string): Promise<SecretWritten>;
  /** A new value makes a version, an equal one does not. */
  update(
    scope: Scope,
    id: string,
    changes: SecretChanges,
    by: string,
    options?: { etag?: Etag },
  ): Promise<SecretWritten>;
  /** Not those that are deleted, unless `showDeleted`. */
  get(scope: Scope, id: string, options?: { showDeleted?: boolean }): Promise<SecretRecord>;
  find(scope: Scope, id: string, options?: { showDeleted?: boolean }): Promise<SecretRecord | undefined>;
  list(
    scope: Scope,
    page: PageRequest & { search?: string | undefined; showDeleted?: boolean | undefined },
  ): Promise<Page<SecretRecord>>;
  /** Newest first. */
  versions(scope: Scope, id: string, page: PageRequest): Promise<Page<SecretVersionRecord>>;
  /** Writes an older version's value as a new version; the value it has already: nothing. */
  rollback(
    scope: Scope,
    id: string,
    to: number,
    by: string,
    options?: { etag?: Etag; comment?: string | undefined },
  ): Promise<SecretWritten>;
  /** Restorable for 30 days. With `purge` at once and for good, also what was deleted before. */
  delete(scope: Scope, id: string, by: string, options?: { etag?: Etag; purge?: boolean }): Promise<void>;
  undelete(scope: Scope, id: string, by: string): Promise<SecretRecord>;
  /** Of all organizations, with those that are deleted and can be restored. */
  count(what: "secrets" | "secret_versions"): Promise<number>;
  /** Removes what was deleted longer ago than it can be restored; returns how many. */
  purgeExpired(): Promise<number>;
  /** 0 or undefined: the newest. */
  access(scope: Scope, id: string, version?: number): Promise<AccessedSecret>;
  /** All live secrets of these scopes, without values, in no particular order. */
  candidates(scopes: readonly Scope[]): Promise<readonly SecretRecord[]>;
  /** Live secrets with one of these ids at the more specific levels of the scope's organization; the most specific first. */
  namesakes(scope: Scope, ids: readonly string[]): Promise<readonly SecretRecord[]>;
  /**
   * By scope (resource name): bytes of all its live `env` secrets as a process has them, `NAME=value` and a NUL each. Scopes
   * without any are left out.
   */
  envSizes(organization: string): Promise<ReadonlyMap<string, number>>;
  /** The newest values, in the order of the records; the records come from the same transaction. */
  values(records: readonly SecretRecord[]): Promise<readonly AccessedSecret[]>;
}

export interface TokenStore {
  create(draft: {
    organization: string | undefined;
    principal: string;
    displayName: string;
    prefix: string;
    scopes: readonly string[];
    expireTime?: number | undefined;
    /** Of the whole token; hexadecimal. */
    hash: string;
    by: string;
  }): Promise<TokenRecord>;
  /** Also if it is revoked or expired: the caller says which. */
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  /** By id; ids are unique in the whole server. */
  get(id: string): Promise<TokenRecord>;
  /** Newest first; with `principal` only its. Also revoked ones. */
  list(
    organization: string | undefined,
    page: PageRequest & { principal?: string | undefined },
  ): Promise<Page<TokenRecord>>;
  /** Twice is harmless. */
  revoke(id: string): Promise<TokenRecord>;
  /** Remembers the last use. Makes no revision; written at most once a minute for each token. */
  touch(id: string): Promise<void>;
}

export interface JoinTokenStore {
  create(draft: {
    organization: string;
    nodeId?: string | undefined;
    projects: readonly string[];
    expireTime: number;
    /** Hexadecimal. */
    hash: string;
    by: string;
  }): Promise<JoinTokenRecord>;
  /** Uses it up, in the caller's transaction. `unauthenticated` if it is unknown, used or expired: the message says which. */
  redeem(hash: string): Promise<JoinTokenRecord>;
}

export interface NodeStore {
  /** `exists` if a node that is not revoked has the name; a revoked one is replaced. */
  create(draft: {
    organization: string;
    id: string;
    projects: readonly string[];
    publicKey: string;
    certificateSerial: string;
    certificateExpireTime: number;
    by: string;
  }): Promise<NodeRecord>;
  get(organization: string, id: string): Promise<NodeRecord>;
  find(organization: string, id: string): Promise<NodeRecord | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<NodeRecord>>;
  /** `wanted` if no node has it, else `wanted-2`, `wanted-3`, …; `wanted` is cut where the id would be too long. */
  freeId(organization: string, wanted: string): Promise<string>;
  /** `denied` if it is revoked. */
  renew(
    organization: string,
    id: string,
    certificate: { publicKey: string; certificateSerial: string; certificateExpireTime: number },
  ): Promise<NodeRecord>;
  /** Workspaces placed on it lose their placement. Twice is harmless. */
  revoke(organization: string, id: string): Promise<NodeRecord>;
  /**
   * What the agent says of itself, and that it was there now. Makes no revision. A lease is held or ended only by the server that
   * has taken it: a node whose stream is another server's by now stays so.
   */
  contact(
    organization: string,
    id: string,
    seen: {
      agentVersion?: string | undefined;
      containers?: number | undefined;
      lease?: StreamLease | undefined;
    },
  ): Promise<void>;
}

/** What containers run with, as their nodes said last: it outlives agents and servers. No value is in it. */
export interface ReceiptStore {
  /**
   * Writes what differs, and makes no revision. Nothing of a node that is revoked, or whose stream is not this server's (any
   * more): another knows better.
   */
  record(organization: string, node: string, server: string, report: NodeReport): Promise<void>;
  /** Of which there is a container. */
  targets(organization: string): Promise<readonly string[]>;
  /** By node, then by container. With `only` those of these targets, and those that have this secret whatever their target. */
  list(
    organization: string,
    only?: { readonly targets: readonly string[]; readonly secret?: string },
  ): Promise<readonly Receipt[]>;
}

export interface Stores {
  readonly organizations: OrganizationStore;
  readonly projects: ProjectStore;
  readonly users: UserStore;
  readonly serviceAccounts: ServiceAccountStore;
  readonly workspaces: WorkspaceStore;
  readonly members: MemberStore;
  readonly secrets: SecretStore;
  readonly tokens: TokenStore;
  readonly joinTokens: JoinTokenStore;
  readonly nodes: NodeStore;
  readonly receipts: ReceiptStore;
  readonly rollouts: RolloutStore;
}

/** Which resources changed, in the order of their revisions, without gaps. */
export interface ChangeFeed {
  /**
   * Called after each commit, with all changes of one revision, before the write's promise resolves. What a listener throws
   * is logged and reaches nobody. Returns how to stop listening.
   */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
  currentRevision(): Promise<number>;
  /** Those after `revision`, oldest first. */
  changesSince(revision: number): Promise<readonly Change[]>;
}

/** The stores themselves write each in a transaction of its own. */
export interface Database extends Stores {
  readonly changes: ChangeFeed;
  /** Who did what. Every write that changes something has its rows there, in the same transaction. */
  readonly audit: AuditLog;
  /** All or nothing. Inside, only the stores handed to `fn` may be used: the others throw, as they would wait for ever. */
  transaction<T>(fn: (stores: Stores) => Promise<T>): Promise<T>;
  /** Reads as of one revision. */
  snapshot<T>(fn: (stores: Stores, revision: number) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
