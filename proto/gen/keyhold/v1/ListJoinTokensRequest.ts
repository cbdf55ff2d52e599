// Original file: proto/keyhold/v1/node_service.proto


export interface ListJoinTokensRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListJoinTokensRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
