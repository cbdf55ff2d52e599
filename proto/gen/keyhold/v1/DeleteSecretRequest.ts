// Original file: proto/keyhold/v1/secret_service.proto


export interface DeleteSecretRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
  'purge'?: (boolean);
}

export interface DeleteSecretRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
  'purge': (boolean);
}
