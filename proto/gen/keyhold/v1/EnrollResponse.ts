// Original file: proto/keyhold/v1/agent_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface EnrollResponse {
  /**
   * `organizations/{organization}/nodes/{node}`.
   */
  'node'?: (string);
  /**
   * PEM.
   */
  'certificate'?: (string);
  /**
   * PEM. Whom to trust on the node port.
   */
  'caCertificate'?: (string);
  /**
   * The port of AgentService, on the host that was called.
   */
  'nodePort'?: (number);
  'expireTime'?: (_google_protobuf_Timestamp | null);
}

export interface EnrollResponse__Output {
  /**
   * `organizations/{organization}/nodes/{node}`.
   */
  'node': (string);
  /**
   * PEM.
   */
  'certificate': (string);
  /**
   * PEM. Whom to trust on the node port.
   */
  'caCertificate': (string);
  /**
   * The port of AgentService, on the host that was called.
   */
  'nodePort': (number);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
}
