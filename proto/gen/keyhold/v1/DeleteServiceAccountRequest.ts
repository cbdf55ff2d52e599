// Original file: proto/keyhold/v1/user_service.proto


export interface DeleteServiceAccountRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
}

export interface DeleteServiceAccountRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
}
