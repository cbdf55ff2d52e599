// Original file: proto/keyhold/v1/audit_service.proto

import type { AuditLogInfo as _keyhold_v1_AuditLogInfo, AuditLogInfo__Output as _keyhold_v1_AuditLogInfo__Output } from '../../keyhold/v1/AuditLogInfo.ts';

export interface ListAuditLogsResponse {
  'logs'?: (_keyhold_v1_AuditLogInfo)[];
}

export interface ListAuditLogsResponse__Output {
  'logs': (_keyhold_v1_AuditLogInfo__Output)[];
}
