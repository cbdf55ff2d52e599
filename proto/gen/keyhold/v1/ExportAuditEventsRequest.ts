// Original file: proto/keyhold/v1/audit_service.proto


export interface ExportAuditEventsRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
}

export interface ExportAuditEventsRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
}
