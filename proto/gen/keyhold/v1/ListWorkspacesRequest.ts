// Original file: proto/keyhold/v1/workspace_service.proto


export interface ListWorkspacesRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListWorkspacesRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
