// Original file: proto/keyhold/v1/user_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface ServiceAccount {
  /**
   * `organizations/{organization}/serviceAccounts/{service_account}`.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  'displayName'?: (string);
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

export interface ServiceAccount__Output {
  /**
   * `organizations/{organization}/serviceAccounts/{service_account}`.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  'displayName': (string);
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
