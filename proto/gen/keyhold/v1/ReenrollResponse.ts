// Original file: proto/keyhold/v1/agent_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface ReenrollResponse {
  /**
   * PEM.
   */
  'certificate'?: (string);
  /**
   * PEM.
   */
  'caCertificate'?: (string);
  /**
   * The port of AgentService, on the host that was called.
   */
  'nodePort'?: (number);
  'expireTime'?: (_google_protobuf_Timestamp | null);
}

export interface ReenrollResponse__Output {
  /**
   * PEM.
   */
  'certificate': (string);
  /**
   * PEM.
   */
  'caCertificate': (string);
  /**
   * The port of AgentService, on the host that was called.
   */
  'nodePort': (number);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
}
