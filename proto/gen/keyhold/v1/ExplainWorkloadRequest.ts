// Original file: proto/keyhold/v1/secret_service.proto


export interface ExplainWorkloadRequest {
  /**
   * Required. A workspace or a project.
   */
  'target'?: (string);
  /**
   * Only this name.
   */
  'secretId'?: (string);
}

export interface ExplainWorkloadRequest__Output {
  /**
   * Required. A workspace or a project.
   */
  'target': (string);
  /**
   * Only this name.
   */
  'secretId': (string);
}
