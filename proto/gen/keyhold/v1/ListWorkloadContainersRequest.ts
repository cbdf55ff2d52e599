// Original file: proto/keyhold/v1/secret_service.proto


export interface ListWorkloadContainersRequest {
  /**
   * Required. A workspace or a project.
   */
  'target'?: (string);
}

export interface ListWorkloadContainersRequest__Output {
  /**
   * Required. A workspace or a project.
   */
  'target': (string);
}
