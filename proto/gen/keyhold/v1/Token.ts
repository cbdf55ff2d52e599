// Original file: proto/keyhold/v1/token_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface Token {
  /**
   * `organizations/{organization}/tokens/{token}`, or `tokens/{token}` for the server's owner.
   */
  'name'?: (string);
  /**
   * The user or service account that whoever holds the token acts as.
   */
  'principal'?: (string);
  'displayName'?: (string);
  /**
   * The first characters, to recognise it in a list: `kh_3xY9`.
   */
  'prefix'?: (string);
  /**
   * If set, the token can only act below these resource names (an organization, a project or a workspace).
   */
  'scopes'?: (string)[];
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only.
   */
  'creator'?: (string);
  /**
   * Not set: it does not expire.
   */
  'expireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. With a resolution of one minute.
   */
  'lastUseTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. Set once it is revoked.
   */
  'revokeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. The token that this one was made with: it is revoked together with it. Empty for a token that was made without
   * one: by redeeming an invitation, by signing in with OIDC, or on the server itself.
   */
  'parent'?: (string);
}

export interface Token__Output {
  /**
   * `organizations/{organization}/tokens/{token}`, or `tokens/{token}` for the server's owner.
   */
  'name': (string);
  /**
   * The user or service account that whoever holds the token acts as.
   */
  'principal': (string);
  'displayName': (string);
  /**
   * The first characters, to recognise it in a list: `kh_3xY9`.
   */
  'prefix': (string);
  /**
   * If set, the token can only act below these resource names (an organization, a project or a workspace).
   */
  'scopes': (string)[];
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only.
   */
  'creator': (string);
  /**
   * Not set: it does not expire.
   */
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. With a resolution of one minute.
   */
  'lastUseTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. Set once it is revoked.
   */
  'revokeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. The token that this one was made with: it is revoked together with it. Empty for a token that was made without
   * one: by redeeming an invitation, by signing in with OIDC, or on the server itself.
   */
  'parent': (string);
}
