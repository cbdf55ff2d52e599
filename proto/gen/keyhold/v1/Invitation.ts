// Original file: proto/keyhold/v1/user_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Lets a person sign in as a user.
 */
export interface Invitation {
  /**
   * `organizations/{organization}/invitations/{invitation}`.
   */
  'name'?: (string);
  /**
   * The user: `organizations/{organization}/users/{user}`.
   */
  'user'?: (string);
  /**
   * Whether redeeming it revokes every token the user has.
   */
  'resets'?: (boolean);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'creator'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Set once it is redeemed.
   */
  'useTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Set once it is revoked.
   */
  'revokeTime'?: (_google_protobuf_Timestamp | null);
}

/**
 * Lets a person sign in as a user.
 */
export interface Invitation__Output {
  /**
   * `organizations/{organization}/invitations/{invitation}`.
   */
  'name': (string);
  /**
   * The user: `organizations/{organization}/users/{user}`.
   */
  'user': (string);
  /**
   * Whether redeeming it revokes every token the user has.
   */
  'resets': (boolean);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'creator': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Set once it is redeemed.
   */
  'useTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Set once it is revoked.
   */
  'revokeTime': (_google_protobuf_Timestamp__Output | null);
}
