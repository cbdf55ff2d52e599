// Original file: proto/keyhold/v1/workspace_service.proto


export interface DeleteWorkspaceRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
}

export interface DeleteWorkspaceRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
}
