// Original file: proto/keyhold/v1/audit_service.proto


export interface ListAuditEventsRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  /**
   * Only about this resource or what is below it.
   */
  'resource'?: (string);
  'principal'?: (string);
}

export interface ListAuditEventsRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  /**
   * Only about this resource or what is below it.
   */
  'resource': (string);
  'principal': (string);
}
