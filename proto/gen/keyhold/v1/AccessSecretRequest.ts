// Original file: proto/keyhold/v1/secret_service.proto

import type { Long } from '@grpc/proto-loader';

export interface AccessSecretRequest {
  /**
   * Required.
   */
  'name'?: (string);
  /**
   * 0: the newest.
   */
  'version'?: (number | string | Long);
}

export interface AccessSecretRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  /**
   * 0: the newest.
   */
  'version': (number);
}
