// Original file: proto/keyhold/v1/audit_service.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyAuditLogResponse {
  'intact'?: (boolean);
  /**
   * Rows of the log, as far as it was walked.
   */
  'events'?: (number | string | Long);
  /**
   * The first sequence number that does not fit, 0 if all do.
   */
  'brokenAt'?: (number | string | Long);
  'problem'?: (string);
  /**
   * The first row that was walked: those before it were verified earlier.
   */
  'checkedFrom'?: (number | string | Long);
  /**
   * Set if the walk is not at its end: send it back to go on.
   */
  'nextPageToken'?: (string);
}

export interface VerifyAuditLogResponse__Output {
  'intact': (boolean);
  /**
   * Rows of the log, as far as it was walked.
   */
  'events': (number);
  /**
   * The first sequence number that does not fit, 0 if all do.
   */
  'brokenAt': (number);
  'problem': (string);
  /**
   * The first row that was walked: those before it were verified earlier.
   */
  'checkedFrom': (number);
  /**
   * Set if the walk is not at its end: send it back to go on.
   */
  'nextPageToken': (string);
}
