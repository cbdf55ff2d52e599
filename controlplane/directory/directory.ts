import type { Scope } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import type { QuotaName, QuotaSettings } from "./quotas.ts";
import type {
  EnrolledNode,
  MemberRecord,
  NodeRecord,
  NodeReport,
  OrganizationRecord,
  OrganizationRole,
  PlacementPolicy,
  ProjectRecord,
  ProjectRole,
  Receipt,
  ServiceAccountRecord,
  StreamLease,
  UserRecord,
  WorkspaceRecord,
} from "./records.ts";

export interface OrganizationStore {
  create(draft: { id: string; displayName: string; by: string }): Promise<OrganizationRecord>;
  get(id: string): Promise<OrganizationRecord>;
  find(id: string): Promise<OrganizationRecord | undefined>;
  /** By name. With `memberOf` only those in which this principal has a role. */
  list(page: PageRequest & { memberOf?: string | undefined }): Promise<Page<OrganizationRecord>>;
  /** undefined leaves a field. Nothing changed: no revision. */
  update(
    id: string,
    changes: {
      displayName?: string | undefined;
      placement?: PlacementPolicy | undefined;
      /** Those that are named change; 0: the default again. */
      quotas?: QuotaSettings | undefined;
      etag?: Etag;
    },
  ): Promise<OrganizationRecord>;
  /** `precondition` while it holds projects, users, service accounts, workspaces, nodes or secrets, unless `force`. */
  delete(id: string, options?: { etag?: Etag; force?: boolean }): Promise<void>;
}

/**
 * How much there may be of what callers make. Each method is called after something was made, in the same transaction, and throws
 * `exhausted` if there is more than the quota allows: who may raise it is in the message.
 */
export interface QuotaStore {
  limit(organization: string, name: QuotaName): Promise<number>;
  require(
    organization: string,
    name: "projects" | "users" | "service-accounts" | "workspaces" | "nodes" | "join-tokens",
  ): Promise<void>;
  /** Secrets stored at a scope, those that can be restored among them. */
  requireSecrets(scope: Scope): Promise<void>;
  /** @param owner resource name */
  requireWorkspaces(organization: string, owner: string): Promise<void>;
  /** @param principal resource name */
  requireTokens(organization: string, principal: string): Promise<void>;
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
  /** undefined leaves the field. Nothing changed: no revision. */
  update(
    organization: string,
    id: string,
    changes: { displayName?: string | undefined; etag?: Etag },
  ): Promise<ProjectRecord>;
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
  /** Notes that how the user signs in was reset now: values from before are not shown to whoever signs in from now on. */
  reset(organization: string, id: string): Promise<UserRecord>;
  /** undefined leaves a field, an empty address takes it away. `exists` if another user has it. Nothing changed: no revision. */
  update(
    organization: string,
    id: string,
    changes: { displayName?: string | undefined; email?: string | undefined; etag?: Etag },
  ): Promise<UserRecord>;
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
  /** undefined leaves the field. Nothing changed: no revision. */
  update(
    organization: string,
    id: string,
    changes: { displayName?: string | undefined; etag?: Etag },
  ): Promise<ServiceAccountRecord>;
  /** Removes its roles and revokes its tokens. */
  delete(organization: string, id: string, options?: { etag?: Etag }): Promise<void>;
}

export interface WorkspaceDraft {
  readonly organization: string;
  readonly id: string;
  readonly displayName: string;
  readonly owner: string;
  readonly project?: string | undefined;
  readonly node?: string | undefined;
  readonly by: string;
}

/** undefined leaves a field, null empties it. */
export interface WorkspaceChanges {
  readonly displayName?: string | undefined;
  readonly project?: string | null | undefined;
  readonly node?: string | null | undefined;
  readonly owner?: string | undefined;
  /** With another owner: purges the workspace's own secrets instead of refusing. */
  readonly purgeSecrets?: boolean | undefined;
  readonly by: string;
  readonly etag?: Etag;
}

export interface WorkspaceStore {
  /** `precondition` if the owner, project or node does not exist (or is revoked). References are resource names. */
  create(draft: WorkspaceDraft): Promise<WorkspaceRecord>;
  get(organization: string, id: string): Promise<WorkspaceRecord>;
  find(organization: string, id: string): Promise<WorkspaceRecord | undefined>;
  /** By name; with `owner` (resource name) only that user's. */
  list(
    organization: string,
    page: PageRequest & { owner?: string | undefined },
  ): Promise<Page<WorkspaceRecord>>;
  /** All workspaces in which a secret of this scope can count: for a workspace itself, a user's, a project's, all. */
  inScope(scope: Scope): Promise<readonly WorkspaceRecord[]>;
  /**
   * Nothing changed: no revision. Another node or owner needs a new confirmation. `precondition` if the owner changes while the
   * workspace has secrets of its own.
   */
  update(organization: string, id: string, changes: WorkspaceChanges): Promise<WorkspaceRecord>;
  /**
   * Places it on the node (a resource name) if it is placed nowhere and the node may claim it, atomically. Returns the workspace as
   * it is then: the caller compares `node`.
   */
  claim(organization: string, id: string, node: string): Promise<WorkspaceRecord>;
  /**
   * Its owner agrees to the placement. `precondition` if it is placed nowhere, `conflict` if it is not placed on the node that was
   * given (a resource name). Twice is harmless.
   */
  confirm(
    organization: string,
    id: string,
    seen?: { node?: string | undefined; etag?: Etag },
  ): Promise<WorkspaceRecord>;
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

export interface NodeStore {
  /** `exists` if a node that is not revoked has the name; a revoked one is replaced. */
  create(draft: {
    organization: string;
    id: string;
    /** Which its certificate names; made here if it is left out. */
    uid?: string | undefined;
    projects: readonly string[];
    claimAny?: boolean | undefined;
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
  /** `denied` if it is revoked, or is another node than this uid's. */
  renew(
    node: EnrolledNode,
    certificate: { certificateSerial: string; certificateExpireTime: number },
  ): Promise<NodeRecord>;
  /** From now on only certificates that name the uid count for the node. Makes no revision. Twice is harmless. */
  requireUid(node: EnrolledNode): Promise<void>;
  /**
   * Which projects it is enrolled for from now on. Nothing changed: no revision. `precondition` if it is revoked.
   * @param wanted the projects of now to those wanted, resource names
   */
  enroll(
    organization: string,
    id: string,
    wanted: (projects: readonly string[]) => readonly string[],
    options?: { etag?: Etag },
  ): Promise<NodeRecord>;
  /** Workspaces placed on it lose their placement, and no node may claim them. Twice is harmless. */
  revoke(organization: string, id: string): Promise<NodeRecord>;
  /**
   * What the agent says of itself, and that it was there now. Makes no revision. A lease is held or ended only by the server that
   * has taken it: a node whose stream is another server's by now stays so. Nothing is written for a node that was enrolled again
   * meanwhile.
   */
  contact(
    node: EnrolledNode,
    seen: {
      agentVersion?: string | undefined;
      containers?: number | undefined;
      lease?: StreamLease | undefined;
    },
  ): Promise<void>;
}

/**
 * What containers run with, as their nodes said last: it outlives agents and servers. No value is in it. What a node says of a target
 * that it may not have at the moment of reading does not count, and is not returned.
 */
export interface ReceiptStore {
  /**
   * Writes what differs, and makes no revision. Nothing of a node that is revoked or was enrolled again, or whose stream is not this
   * server's (any more): another knows better.
   */
  record(node: EnrolledNode, server: string, report: NodeReport): Promise<void>;
  /** Of which there is a container. */
  targets(organization: string): Promise<readonly string[]>;
  /** By node, then by container. With `only` those of these targets, and those that have this secret whatever their target. */
  list(
    organization: string,
    only?: { readonly targets: readonly string[]; readonly secret?: string },
  ): Promise<readonly Receipt[]>;
}
