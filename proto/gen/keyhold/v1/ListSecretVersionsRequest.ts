// Original file: proto/keyhold/v1/secret_service.proto


export interface ListSecretVersionsRequest {
  /**
   * Required. The secret.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListSecretVersionsRequest__Output {
  /**
   * Required. The secret.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
