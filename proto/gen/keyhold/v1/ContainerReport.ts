// Original file: proto/keyhold/v1/agent_service.proto

import type { DeliveredSecret as _keyhold_v1_DeliveredSecret, DeliveredSecret__Output as _keyhold_v1_DeliveredSecret__Output } from '../../keyhold/v1/DeliveredSecret.ts';
import type { ContainerWants as _keyhold_v1_ContainerWants, ContainerWants__Output as _keyhold_v1_ContainerWants__Output } from '../../keyhold/v1/ContainerWants.ts';
import type { Long } from '@grpc/proto-loader';

// Original file: proto/keyhold/v1/agent_service.proto

/**
 * RUNNING, STOPPED or GONE.
 */
export const _keyhold_v1_ContainerReport_State = {
  STATE_UNSPECIFIED: 'STATE_UNSPECIFIED',
  RUNNING: 'RUNNING',
  STOPPED: 'STOPPED',
  GONE: 'GONE',
} as const;

/**
 * RUNNING, STOPPED or GONE.
 */
export type _keyhold_v1_ContainerReport_State =
  | 'STATE_UNSPECIFIED'
  | 0
  | 'RUNNING'
  | 1
  | 'STOPPED'
  | 2
  | 'GONE'
  | 3

/**
 * RUNNING, STOPPED or GONE.
 */
export type _keyhold_v1_ContainerReport_State__Output = typeof _keyhold_v1_ContainerReport_State[keyof typeof _keyhold_v1_ContainerReport_State]

export interface ContainerReport {
  'containerId'?: (string);
  'containerName'?: (string);
  'target'?: (string);
  'state'?: (_keyhold_v1_ContainerReport_State);
  /**
   * The bundle's revision whose values the container's process has.
   */
  'revision'?: (number | string | Long);
  'delivered'?: (_keyhold_v1_DeliveredSecret)[];
  /**
   * Set if what was due could not be done: why.
   */
  'problem'?: (string);
  /**
   * Left out for a container that was not given anything yet.
   */
  'wants'?: (_keyhold_v1_ContainerWants | null);
}

export interface ContainerReport__Output {
  'containerId': (string);
  'containerName': (string);
  'target': (string);
  'state': (_keyhold_v1_ContainerReport_State__Output);
  /**
   * The bundle's revision whose values the container's process has.
   */
  'revision': (number);
  'delivered': (_keyhold_v1_DeliveredSecret__Output)[];
  /**
   * Set if what was due could not be done: why.
   */
  'problem': (string);
  /**
   * Left out for a container that was not given anything yet.
   */
  'wants': (_keyhold_v1_ContainerWants__Output | null);
}
