// Original file: proto/keyhold/v1/secret_service.proto


export interface ListSecretsRequest {
  /**
   * Required. The scope.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  /**
   * Only names that contain this text, whatever the case.
   */
  'search'?: (string);
  /**
   * Also those that are deleted and can be restored.
   */
  'showDeleted'?: (boolean);
}

export interface ListSecretsRequest__Output {
  /**
   * Required. The scope.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  /**
   * Only names that contain this text, whatever the case.
   */
  'search': (string);
  /**
   * Also those that are deleted and can be restored.
   */
  'showDeleted': (boolean);
}
