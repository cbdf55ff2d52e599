import type { ChildName } from "../../common/resource-name.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Stored } from "../database/record.ts";
import type { QuotaSettings } from "./quotas.ts";

/**
 * What a placement by somebody else than the workspace's owner needs.
 * - `anyone`: nothing.
 * - `owner-confirms`: the owner's consent. Until then the workspace gets the secrets of its project and organization only.
 */
const PLACEMENT_POLICIES = ["anyone", "owner-confirms"] as const;

export type PlacementPolicy = (typeof PLACEMENT_POLICIES)[number];

export interface OrganizationRecord extends Stored {
  readonly displayName: string;
  readonly placement: PlacementPolicy;
  /** Those that are not as by default. */
  readonly quotas: QuotaSettings;
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
  /** When an admin's invitation last reset how the user signs in; undefined: never. */
  readonly resetTime: number | undefined;
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
  readonly placement: PlacementRecord;
  /** The owner's role in the organization, as of the read; undefined: the owner has left it. */
  readonly ownerRole: OrganizationRole | undefined;
  /** The owner's role in the project, as of the read. */
  readonly projectRole: ProjectRole | undefined;
}

/** How a workspace came to its node. */
interface PlacementRecord {
  /** Principal; undefined: placed nowhere, or by a release that did not record it. */
  readonly by: string | undefined;
  /** Milliseconds. */
  readonly time: number | undefined;
  /** Milliseconds. When the owner agreed to it, or placed it. */
  readonly confirmTime: number | undefined;
  /** That of the organization, as of the read. */
  readonly policy: PlacementPolicy;
  /** Its node was revoked: only an admin places it again. */
  readonly released: boolean;
}

/** From the one that may do least. */
export const ORGANIZATION_ROLES = ["member", "admin", "owner"] as const;

export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

/** From the one that may do least. */
export const PROJECT_ROLES = ["member", "reader", "maintainer"] as const;

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
  /** Resource name of the token that this one was made with; undefined for the root of a tree. */
  readonly parent: string | undefined;
}

export interface InvitationRecord {
  /** `organizations/acme/invitations/ID` */
  readonly name: string;
  readonly id: string;
  readonly organization: string;
  /** Resource name. */
  readonly user: string;
  /** Redeeming it revokes every token of the user. */
  readonly resets: boolean;
  readonly createTime: number;
  readonly creator: string;
  readonly expireTime: number;
  readonly useTime: number | undefined;
  readonly revokeTime: number | undefined;
}

export interface JoinTokenRecord {
  /** `organizations/acme/joinTokens/ID` */
  readonly name: string;
  readonly id: string;
  readonly organization: string;
  /** The node's id; undefined: the agent's host name is taken. */
  readonly nodeId: string | undefined;
  /** Resource names. */
  readonly projects: readonly string[];
  /** Whether the node may claim any workspace that is placed nowhere. */
  readonly claimAny: boolean;
  readonly createTime: number;
  readonly creator: string;
  readonly expireTime: number;
  readonly maxUses: number;
  readonly uses: number;
  readonly revokeTime: number | undefined;
}

export interface NodeRecord extends Stored {
  readonly organization: string;
  /** Resource names. */
  readonly projects: readonly string[];
  /** Whether it may claim any workspace that is placed nowhere, not only those of its projects. */
  readonly claimAny: boolean;
  /** PEM (SPKI). An agent that was off past its certificate's end proves itself with it. */
  readonly publicKey: string;
  /** Hexadecimal serial number of its newest certificate. */
  readonly certificateSerial: string;
  readonly certificateExpireTime: number;
  readonly lastContactTime: number | undefined;
  readonly agentVersion: string;
  readonly containers: number;
  readonly revokeTime: number | undefined;
  /** Whether a certificate counts only if it names the uid: false until the node has shown one that does. */
  readonly requiresUid: boolean;
  /** The server that has its stream, and until when that is so without another word of it. Undefined: its stream has ended. */
  readonly stream: { readonly server: string; readonly until: number } | undefined;
}

/**
 * A node as its certificate or its row proves it. The name alone is not enough: a node that is revoked and enrolled again keeps its
 * name and gets another uid, and nothing of the earlier node may act as the later one.
 */
export interface EnrolledNode extends ChildName {
  readonly uid: string;
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
  /** Resource name of the project that its target is or belongs to; of the workspace if that belongs to none. */
  readonly home: string;
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
