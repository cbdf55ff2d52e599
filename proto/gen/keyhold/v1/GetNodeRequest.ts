// Original file: proto/keyhold/v1/node_service.proto


export interface GetNodeRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetNodeRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
