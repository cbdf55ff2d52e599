// Original file: proto/keyhold/v1/audit_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

export interface AuditLogInfo {
  /**
   * Empty: the server's own log.
   */
  'organizationUid'?: (string);
  /**
   * `organizations/{organization}`; a later organization may have the same name. Empty: the server's own log.
   */
  'organization'?: (string);
  /**
   * Whether the organization is deleted.
   */
  'deleted'?: (boolean);
  'events'?: (number | string | Long);
  /**
   * Of the first and the last row.
   */
  'firstTime'?: (_google_protobuf_Timestamp | null);
  'lastTime'?: (_google_protobuf_Timestamp | null);
}

export interface AuditLogInfo__Output {
  /**
   * Empty: the server's own log.
   */
  'organizationUid': (string);
  /**
   * `organizations/{organization}`; a later organization may have the same name. Empty: the server's own log.
   */
  'organization': (string);
  /**
   * Whether the organization is deleted.
   */
  'deleted': (boolean);
  'events': (number);
  /**
   * Of the first and the last row.
   */
  'firstTime': (_google_protobuf_Timestamp__Output | null);
  'lastTime': (_google_protobuf_Timestamp__Output | null);
}
