// Original file: proto/keyhold/v1/organization_service.proto


export interface DeleteOrganizationRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
  'force'?: (boolean);
}

export interface DeleteOrganizationRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
  'force': (boolean);
}
