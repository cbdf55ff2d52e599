// Original file: proto/keyhold/v1/audit_service.proto


export interface VerifyAuditLogRequest {
  /**
   * As in ListAuditEventsRequest.
   */
  'parent'?: (string);
  /**
   * From the first row, instead of from where the last verification ended.
   */
  'full'?: (boolean);
  /**
   * Of the response before.
   */
  'pageToken'?: (string);
  /**
   * As in ListAuditEventsRequest.
   */
  'organizationUid'?: (string);
}

export interface VerifyAuditLogRequest__Output {
  /**
   * As in ListAuditEventsRequest.
   */
  'parent': (string);
  /**
   * From the first row, instead of from where the last verification ended.
   */
  'full': (boolean);
  /**
   * Of the response before.
   */
  'pageToken': (string);
  /**
   * As in ListAuditEventsRequest.
   */
  'organizationUid': (string);
}
