// Original file: proto/keyhold/v1/rollout_service.proto


export interface GetRolloutRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetRolloutRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
