// Original file: proto/keyhold/v1/secret_service.proto

import type { Long } from '@grpc/proto-loader';

export interface RollbackSecretRequest {
  /**
   * Required.
   */
  'name'?: (string);
  /**
   * Required. The version whose value is written again.
   */
  'version'?: (number | string | Long);
  'etag'?: (string);
  'comment'?: (string);
}

export interface RollbackSecretRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  /**
   * Required. The version whose value is written again.
   */
  'version': (number);
  'etag': (string);
  'comment': (string);
}
