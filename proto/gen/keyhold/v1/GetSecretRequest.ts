// Original file: proto/keyhold/v1/secret_service.proto


export interface GetSecretRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetSecretRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
