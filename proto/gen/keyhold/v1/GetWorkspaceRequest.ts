// Original file: proto/keyhold/v1/workspace_service.proto


export interface GetWorkspaceRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetWorkspaceRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
