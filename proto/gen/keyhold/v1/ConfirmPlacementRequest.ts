// Original file: proto/keyhold/v1/workspace_service.proto


export interface ConfirmPlacementRequest {
  /**
   * Required. `organizations/{organization}/workspaces/{workspace}`.
   */
  'name'?: (string);
  /**
   * The node that the owner has seen. ABORTED if the workspace is placed elsewhere by now. Empty: wherever it is placed.
   */
  'node'?: (string);
  /**
   * ABORTED if the workspace has changed since.
   */
  'etag'?: (string);
}

export interface ConfirmPlacementRequest__Output {
  /**
   * Required. `organizations/{organization}/workspaces/{workspace}`.
   */
  'name': (string);
  /**
   * The node that the owner has seen. ABORTED if the workspace is placed elsewhere by now. Empty: wherever it is placed.
   */
  'node': (string);
  /**
   * ABORTED if the workspace has changed since.
   */
  'etag': (string);
}
