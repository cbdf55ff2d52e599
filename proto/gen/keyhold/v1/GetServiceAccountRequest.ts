// Original file: proto/keyhold/v1/user_service.proto


export interface GetServiceAccountRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetServiceAccountRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
