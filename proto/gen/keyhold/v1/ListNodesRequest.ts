// Original file: proto/keyhold/v1/node_service.proto


export interface ListNodesRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListNodesRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
