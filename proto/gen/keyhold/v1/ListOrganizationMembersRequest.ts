// Original file: proto/keyhold/v1/organization_service.proto


export interface ListOrganizationMembersRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListOrganizationMembersRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
