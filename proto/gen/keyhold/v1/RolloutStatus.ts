// Original file: proto/keyhold/v1/rollout_service.proto

import type { Long } from '@grpc/proto-loader';

export interface _keyhold_v1_RolloutStatus_Container {
  'node'?: (string);
  'containerId'?: (string);
  'containerName'?: (string);
  'target'?: (string);
  /**
   * What it runs with; 0 if it has none.
   */
  'version'?: (number | string | Long);
  'problem'?: (string);
}

export interface _keyhold_v1_RolloutStatus_Container__Output {
  'node': (string);
  'containerId': (string);
  'containerName': (string);
  'target': (string);
  /**
   * What it runs with; 0 if it has none.
   */
  'version': (number);
  'problem': (string);
}

export interface RolloutStatus {
  'secret'?: (string);
  /**
   * The newest.
   */
  'version'?: (number | string | Long);
  'containers'?: (_keyhold_v1_RolloutStatus_Container)[];
  'affected'?: (number);
  'delivered'?: (number);
}

export interface RolloutStatus__Output {
  'secret': (string);
  /**
   * The newest.
   */
  'version': (number);
  'containers': (_keyhold_v1_RolloutStatus_Container__Output)[];
  'affected': (number);
  'delivered': (number);
}
