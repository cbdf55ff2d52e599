// Original file: proto/keyhold/v1/agent_service.proto

import type { Long } from '@grpc/proto-loader';

export interface DeliveredSecret {
  /**
   * The secret that won, as a resource name.
   */
  'secret'?: (string);
  'version'?: (number | string | Long);
  /**
   * As in the bundle: who has an equal value under another version or name, from another level, needs nothing.
   */
  'fingerprint'?: (string);
}

export interface DeliveredSecret__Output {
  /**
   * The secret that won, as a resource name.
   */
  'secret': (string);
  'version': (number);
  /**
   * As in the bundle: who has an equal value under another version or name, from another level, needs nothing.
   */
  'fingerprint': (string);
}
