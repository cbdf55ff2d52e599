// Original file: proto/keyhold/v1/audit_service.proto


export interface VerifyAuditLogRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
}

export interface VerifyAuditLogRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
}
