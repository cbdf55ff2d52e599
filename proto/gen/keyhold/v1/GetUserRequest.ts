// Original file: proto/keyhold/v1/user_service.proto


export interface GetUserRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetUserRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
