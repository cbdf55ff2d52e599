// Original file: proto/keyhold/v1/rollout_service.proto


export interface GetRolloutStatusRequest {
  /**
   * Required. A secret.
   */
  'secret'?: (string);
}

export interface GetRolloutStatusRequest__Output {
  /**
   * Required. A secret.
   */
  'secret': (string);
}
