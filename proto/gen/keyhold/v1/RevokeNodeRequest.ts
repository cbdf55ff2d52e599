// Original file: proto/keyhold/v1/node_service.proto


export interface RevokeNodeRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface RevokeNodeRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
