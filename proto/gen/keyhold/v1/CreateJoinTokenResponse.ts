// Original file: proto/keyhold/v1/node_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface CreateJoinTokenResponse {
  /**
   * The join token. It cannot be shown again.
   */
  'joinToken'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
}

export interface CreateJoinTokenResponse__Output {
  /**
   * The join token. It cannot be shown again.
   */
  'joinToken': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
}
