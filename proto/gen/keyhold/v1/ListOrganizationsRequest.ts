// Original file: proto/keyhold/v1/organization_service.proto


export interface ListOrganizationsRequest {
  /**
   * At most 1000; 0 means 100.
   */
  'pageSize'?: (number);
  /**
   * From the response before; everything else in the request must be the same.
   */
  'pageToken'?: (string);
}

export interface ListOrganizationsRequest__Output {
  /**
   * At most 1000; 0 means 100.
   */
  'pageSize': (number);
  /**
   * From the response before; everything else in the request must be the same.
   */
  'pageToken': (string);
}
