// Original file: proto/keyhold/v1/rollout_service.proto

import type { Long } from '@grpc/proto-loader';

export interface WaitRolloutRequest {
  /**
   * Required. A secret.
   */
  'secret'?: (string);
  /**
   * INVALID_ARGUMENT if it was not written yet. 0: until nobody has it any more, as after its deletion.
   */
  'version'?: (number | string | Long);
}

export interface WaitRolloutRequest__Output {
  /**
   * Required. A secret.
   */
  'secret': (string);
  /**
   * INVALID_ARGUMENT if it was not written yet. 0: until nobody has it any more, as after its deletion.
   */
  'version': (number);
}
