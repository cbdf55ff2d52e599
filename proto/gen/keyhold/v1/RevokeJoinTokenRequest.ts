// Original file: proto/keyhold/v1/node_service.proto


export interface RevokeJoinTokenRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface RevokeJoinTokenRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
