import type { Scope } from "../../common/resource-name.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";

// What the stores hand out. Times are milliseconds since 1970; references between resources are resource names
// (`organizations/acme/users/alice`); nothing here holds a value of a secret but AccessedSecret and SecretDraft.

/** What every stored resource has. */
export interface Stored {
  /** The resource name, `organizations/acme/projects/web`. */
  readonly name: string;
  /** The last part of the name. */
  readonly id: string;
  /** Stable for life and never used again. */
  readonly uid: string;
  readonly createTime: number;
  /** The principal who created it; empty for the server itself. */
  readonly creator: string;
  /** Changes with every write. */
  readonly etag: string;
}

export interface OrganizationRecord extends Stored {
  readonly displayName: string;
}

export interface ProjectRecord extends Stored {
  readonly organization: string;
  readonly displayName: string;
}

export interface UserRecord extends Stored {
  readonly organization: string;
  readonly displayName: string;
  /** Unique in the organization, whatever the case; undefined if there is none. */
  readonly email: string | undefined;
}

export interface ServiceAccountRecord extends Stored {
  readonly organization: string;
  readonly displayName: string;
}

export interface WorkspaceRecord extends Stored {
  readonly organization: string;
  readonly displayName: string;
  /** Resource name of a user. */
  readonly owner: string;
  /** Resource name of a project. */
  readonly project: string | undefined;
  /** Resource name of a node: its placement. */
  readonly node: string | undefined;
}

export const ORGANIZATION_ROLES = ["member", "admin", "owner"] as const;
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];
export const PROJECT_ROLES = ["member", "maintainer"] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

export interface MemberRecord<Role extends string> {
  /** Resource name of the organization or project. */
  readonly parent: string;
  /** Resource name of a user or service account, or `users/owner`. */
  readonly principal: string;
  readonly role: Role;
  readonly createTime: number;
}

export interface TokenRecord {
  /** `organizations/acme/tokens/ID`, or `tokens/ID` for the server's owner. */
  readonly name: string;
  readonly id: string;
  /** The organization's id; undefined for the server's owner. */
  readonly organization: string | undefined;
  readonly principal: string;
  readonly displayName: string;
  readonly prefix: string;
  /** Resource names; empty: no limit. */
  readonly scopes: readonly string[];
  readonly createTime: number;
  readonly creator: string;
  readonly expireTime: number | undefined;
  readonly lastUseTime: number | undefined;
  readonly revokeTime: number | undefined;
}

export interface JoinTokenRecord {
  readonly id: string;
  readonly organization: string;
  /** The node's id; undefined: the agent's host name is taken. */
  readonly nodeId: string | undefined;
  /** Resource names. */
  readonly projects: readonly string[];
  readonly createTime: number;
  readonly creator: string;
  readonly expireTime: number;
}

export interface NodeRecord extends Stored {
  readonly organization: string;
  /** Resource names. */
  readonly projects: readonly string[];
  /** PEM (SPKI). An agent that was off past its certificate's end proves itself with it. */
  readonly publicKey: string;
  /** Hexadecimal serial number of its newest certificate. */
  readonly certificateSerial: string;
  readonly certificateExpireTime: number;
  readonly lastContactTime: number | undefined;
  readonly agentVersion: string;
  readonly containers: number;
  readonly revokeTime: number | undefined;
  /** The server that has its stream, and until when that is so without another word of it. Undefined: its stream has ended. */
  readonly stream: { readonly server: string; readonly until: number } | undefined;
}

/** Which server has a node's stream: taken when it opens, held while it is open, given back when it ends. */
export type StreamLease =
  | { readonly kind: "take" | "hold"; readonly server: string; readonly until: number }
  | { readonly kind: "end"; readonly server: string };

/** What one container runs with, as its node said last. */
export interface Receipt {
  /** Resource name. */
  readonly node: string;
  readonly container: ContainerReport__Output;
}

/** What a node said of its containers: of all it has, or only what is new. */
export type NodeReport =
  | { readonly complete: true; readonly containers: readonly ContainerReport__Output[] }
  | {
      readonly complete: false;
      readonly containers: readonly ContainerReport__Output[];
      /** Ids. */
      readonly gone: readonly string[];
    };

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

export type ChangeKind =
  | "organization"
  | "project"
  | "user"
  | "service-account"
  | "workspace"
  | "member"
  | "secret"
  | "token"
  | "join-token"
  | "node"
  | "rollout"
  /** The resource is the node of its container. */
  | "rollout-step";

/** One resource that one transaction changed. All changes of a transaction have one revision. */
export interface Change {
  readonly revision: number;
  /** The organization's id; undefined for what belongs to the server. */
  readonly organization: string | undefined;
  /** The resource name; of a member the parent's name, `/members/` and the principal without its organization. */
  readonly resource: string;
  readonly kind: ChangeKind;
  readonly action: "created" | "updated" | "deleted" | "restored" | "purged" | "halted";
}
