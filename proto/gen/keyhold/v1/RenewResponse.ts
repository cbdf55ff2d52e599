// Original file: proto/keyhold/v1/agent_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface RenewResponse {
  'certificate'?: (string);
  'caCertificate'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
}

export interface RenewResponse__Output {
  'certificate': (string);
  'caCertificate': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
}
