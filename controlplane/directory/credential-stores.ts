import type { Page, PageRequest } from "../database/page.ts";
import type { InvitationRecord, JoinTokenRecord, TokenRecord } from "./records.ts";

// What lets people, programs and nodes in.

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
    /** Resource name of the token it is made with. The caller has read in this transaction that the parent works. */
    parent?: string | undefined;
  }): Promise<TokenRecord>;
  /** Also if it is revoked or expired: the caller says which. */
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  /** By id; ids are unique in the whole server. */
  get(id: string): Promise<TokenRecord>;
  /**
   * Whether the principal has had a token since a time (milliseconds since 1970), one that is revoked or expired included. Ask since the
   * principal was created: tokens of an earlier principal of the same name are kept.
   */
  hadAny(organization: string, principal: string, since: number): Promise<boolean>;
  /** Newest first; with `principal` only its. Also revoked ones. */
  list(
    organization: string | undefined,
    page: PageRequest & { principal?: string | undefined },
  ): Promise<Page<TokenRecord>>;
  /**
   * Revokes it and every token that was made with it, directly or not. Invitations and join tokens that were made with any of
   * these are revoked too, unless `keepsInvitations` says that the token is not in wrong hands: a person signs out. Twice is
   * harmless.
   */
  revoke(id: string, options?: { readonly keepsInvitations?: boolean }): Promise<TokenRecord>;
  /**
   * Revokes the tokens of a principal and every token that was made with them.
   * @param except tokens that these principals made are kept
   * @returns the tokens that worked until now
   */
  revokeOf(
    organization: string | undefined,
    principal: string,
    except?: { readonly madeBy: readonly string[] },
  ): Promise<readonly TokenRecord[]>;
  /** Remembers the last use. Makes no revision; written at most once a minute for each token. */
  touch(id: string): Promise<void>;
}

export interface InvitationStore {
  /** Takes the place of those that the user has not redeemed: they are revoked. `not-found` if the user does not exist. */
  create(draft: {
    organization: string;
    /** Id of the user. */
    user: string;
    resets: boolean;
    /** Hexadecimal. */
    hash: string;
    expireTime: number;
    by: string;
    /** Resource name of the token that `by` used. */
    madeWith: string | undefined;
  }): Promise<InvitationRecord>;
  /** Uses it up, in the caller's transaction. `unauthenticated` if it is unknown, used, revoked or expired: the message says which. */
  redeem(hash: string): Promise<InvitationRecord>;
  find(organization: string, id: string): Promise<InvitationRecord | undefined>;
  findByHash(hash: string): Promise<InvitationRecord | undefined>;
  /** Newest first. Also those that are used, revoked or expired. */
  list(organization: string, page: PageRequest): Promise<Page<InvitationRecord>>;
  /** Twice is harmless, and so is revoking one that is used. */
  revoke(organization: string, id: string): Promise<InvitationRecord>;
}

export interface JoinTokenStore {
  create(draft: {
    organization: string;
    nodeId?: string | undefined;
    projects: readonly string[];
    claimAny?: boolean | undefined;
    expireTime: number;
    /** How many nodes can join with it; default 1. */
    maxUses?: number | undefined;
    /** Hexadecimal. */
    hash: string;
    by: string;
    /** Resource name of the token that `by` used. */
    madeWith?: string | undefined;
  }): Promise<JoinTokenRecord>;
  /** A read: `unauthenticated` for a token that this server never made. */
  requireKnown(hash: string): Promise<void>;
  /**
   * Takes one use, in the caller's transaction. `unauthenticated` if it is unknown, used up, revoked or expired: the message says
   * which.
   */
  redeem(hash: string): Promise<JoinTokenRecord>;
  find(organization: string, id: string): Promise<JoinTokenRecord | undefined>;
  /** Newest first. Also those that are used up, revoked or expired. */
  list(organization: string, page: PageRequest): Promise<Page<JoinTokenRecord>>;
  /** Twice is harmless. */
  revoke(organization: string, id: string): Promise<JoinTokenRecord>;
}
