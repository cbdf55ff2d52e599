// Original file: proto/keyhold/v1/audit_service.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyAuditLogResponse {
  'intact'?: (boolean);
  'events'?: (number | string | Long);
  /**
   * The first sequence number that does not fit, 0 if all do.
   */
  'brokenAt'?: (number | string | Long);
  'problem'?: (string);
}

export interface VerifyAuditLogResponse__Output {
  'intact': (boolean);
  'events': (number);
  /**
   * The first sequence number that does not fit, 0 if all do.
   */
  'brokenAt': (number);
  'problem': (string);
}
