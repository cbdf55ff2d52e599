// Original file: proto/keyhold/v1/agent_service.proto

import type { Long } from '@grpc/proto-loader';

export interface DeliveredSecret {
  /**
   * The secret that won, as a resource name.
   */
  'secret'?: (string);
  'version'?: (number | string | Long);
}

export interface DeliveredSecret__Output {
  /**
   * The secret that won, as a resource name.
   */
  'secret': (string);
  'version': (number);
}
