// Original file: proto/keyhold/v1/user_service.proto


export interface DeleteUserRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
}

export interface DeleteUserRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
}
