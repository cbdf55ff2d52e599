// Original file: proto/keyhold/v1/audit_service.proto

import type { AuditEvent as _keyhold_v1_AuditEvent, AuditEvent__Output as _keyhold_v1_AuditEvent__Output } from '../../keyhold/v1/AuditEvent.ts';

export interface ListAuditEventsResponse {
  'events'?: (_keyhold_v1_AuditEvent)[];
  'nextPageToken'?: (string);
}

export interface ListAuditEventsResponse__Output {
  'events': (_keyhold_v1_AuditEvent__Output)[];
  'nextPageToken': (string);
}
