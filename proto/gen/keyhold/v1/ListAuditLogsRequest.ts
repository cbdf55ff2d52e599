// Original file: proto/keyhold/v1/audit_service.proto


export interface ListAuditLogsRequest {
  /**
   * `organizations/{organization}`: only logs of organizations with this id. Empty: all.
   */
  'parent'?: (string);
}

export interface ListAuditLogsRequest__Output {
  /**
   * `organizations/{organization}`: only logs of organizations with this id. Empty: all.
   */
  'parent': (string);
}
