// Original file: proto/keyhold/v1/node_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { JoinToken as _keyhold_v1_JoinToken, JoinToken__Output as _keyhold_v1_JoinToken__Output } from '../../keyhold/v1/JoinToken.ts';

export interface CreateJoinTokenResponse {
  /**
   * The join token. It cannot be shown again.
   */
  'joinToken'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * As lists show it.
   */
  'token'?: (_keyhold_v1_JoinToken | null);
}

export interface CreateJoinTokenResponse__Output {
  /**
   * The join token. It cannot be shown again.
   */
  'joinToken': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * As lists show it.
   */
  'token': (_keyhold_v1_JoinToken__Output | null);
}
