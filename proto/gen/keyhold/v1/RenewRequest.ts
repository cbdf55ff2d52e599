// Original file: proto/keyhold/v1/agent_service.proto


export interface RenewRequest {
  /**
   * Required. PEM.
   */
  'certificateRequest'?: (string);
}

export interface RenewRequest__Output {
  /**
   * Required. PEM.
   */
  'certificateRequest': (string);
}
