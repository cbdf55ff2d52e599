// Original file: proto/keyhold/v1/secret_service.proto


export interface UndeleteSecretRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface UndeleteSecretRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
