// Original file: proto/keyhold/v1/token_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface FinishSignInResponse {
  /**
   * The token itself. It cannot be shown again.
   */
  'secret'?: (string);
  /**
   * The user it acts as.
   */
  'principal'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
}

export interface FinishSignInResponse__Output {
  /**
   * The token itself. It cannot be shown again.
   */
  'secret': (string);
  /**
   * The user it acts as.
   */
  'principal': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
}
