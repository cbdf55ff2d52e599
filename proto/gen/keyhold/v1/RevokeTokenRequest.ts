// Original file: proto/keyhold/v1/token_service.proto


export interface RevokeTokenRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface RevokeTokenRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
