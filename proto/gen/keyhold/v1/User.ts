// Original file: proto/keyhold/v1/user_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface User {
  /**
   * `organizations/{organization}/users/{user}`.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  'displayName'?: (string);
  /**
   * Matched with the `email` claim at OIDC sign-in. Unique within the organization.
   */
  'email'?: (string);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only.
   */
  'creator'?: (string);
  /**
   * Output only.
   */
  'etag'?: (string);
}

export interface User__Output {
  /**
   * `organizations/{organization}/users/{user}`.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  'displayName': (string);
  /**
   * Matched with the `email` claim at OIDC sign-in. Unique within the organization.
   */
  'email': (string);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only.
   */
  'creator': (string);
  /**
   * Output only.
   */
  'etag': (string);
}
