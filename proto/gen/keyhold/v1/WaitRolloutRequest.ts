// Original file: proto/keyhold/v1/rollout_service.proto

import type { Long } from '@grpc/proto-loader';

export interface WaitRolloutRequest {
  /**
   * Required. A secret.
   */
  'secret'?: (string);
  /**
   * Required.
   */
  'version'?: (number | string | Long);
}

export interface WaitRolloutRequest__Output {
  /**
   * Required. A secret.
   */
  'secret': (string);
  /**
   * Required.
   */
  'version': (number);
}
