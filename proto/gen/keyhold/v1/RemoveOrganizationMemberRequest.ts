// Original file: proto/keyhold/v1/organization_service.proto


export interface RemoveOrganizationMemberRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required.
   */
  'principal'?: (string);
}

export interface RemoveOrganizationMemberRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required.
   */
  'principal': (string);
}
