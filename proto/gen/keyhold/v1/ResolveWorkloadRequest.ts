// Original file: proto/keyhold/v1/secret_service.proto


export interface ResolveWorkloadRequest {
  /**
   * Required. A workspace or a project.
   */
  'target'?: (string);
}

export interface ResolveWorkloadRequest__Output {
  /**
   * Required. A workspace or a project.
   */
  'target': (string);
}
