// Original file: proto/keyhold/v1/audit_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface ExportAuditEventsRequest {
  /**
   * As in ListAuditEventsRequest.
   */
  'parent'?: (string);
  'resource'?: (string);
  'principal'?: (string);
  'since'?: (_google_protobuf_Timestamp | null);
  'until'?: (_google_protobuf_Timestamp | null);
  'action'?: (string);
  'result'?: (string);
  'token'?: (string);
  'organizationUid'?: (string);
}

export interface ExportAuditEventsRequest__Output {
  /**
   * As in ListAuditEventsRequest.
   */
  'parent': (string);
  'resource': (string);
  'principal': (string);
  'since': (_google_protobuf_Timestamp__Output | null);
  'until': (_google_protobuf_Timestamp__Output | null);
  'action': (string);
  'result': (string);
  'token': (string);
  'organizationUid': (string);
}
