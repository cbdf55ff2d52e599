// Original file: proto/keyhold/v1/agent_service.proto


export interface EnrollRequest {
  /**
   * Required.
   */
  'joinToken'?: (string);
  /**
   * Required. PEM, RSA with at least 2048 bits. Its subject is ignored: the name comes from the join token.
   */
  'certificateRequest'?: (string);
  /**
   * The host's name, for a join token without a node name.
   */
  'hostName'?: (string);
}

export interface EnrollRequest__Output {
  /**
   * Required.
   */
  'joinToken': (string);
  /**
   * Required. PEM, RSA with at least 2048 bits. Its subject is ignored: the name comes from the join token.
   */
  'certificateRequest': (string);
  /**
   * The host's name, for a join token without a node name.
   */
  'hostName': (string);
}
