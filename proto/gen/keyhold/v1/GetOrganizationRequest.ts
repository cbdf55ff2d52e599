// Original file: proto/keyhold/v1/organization_service.proto


export interface GetOrganizationRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'name'?: (string);
}

export interface GetOrganizationRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'name': (string);
}
