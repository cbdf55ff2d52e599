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
  'state'?: (_keyhold_v1_RolloutStatus_Container_State);
  /**
   * Names of the containers that share its network and lose it by its restart. At most 50.
   */
  'dependents'?: (string)[];
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
  'state': (_keyhold_v1_RolloutStatus_Container_State__Output);
  /**
   * Names of the containers that share its network and lose it by its restart. At most 50.
   */
  'dependents': (string)[];
}

// Original file: proto/keyhold/v1/rollout_service.proto

export const _keyhold_v1_RolloutStatus_Container_State = {
  STATE_UNSPECIFIED: 'STATE_UNSPECIFIED',
  /**
   * It has the newest version, or an equal value, or has no use for it any more.
   */
  CURRENT: 'CURRENT',
  /**
   * It will get it: by itself, or when its turn in the group comes.
   */
  PENDING: 'PENDING',
  /**
   * Waits for its maintenance window.
   */
  WAITING: 'WAITING',
  /**
   * It has the version only at its next start, which nobody brings about: `keyhold.on-change=ignore`, or `files`.
   * Or it is paused, and gets it when somebody unpauses it.
   */
  NEXT_START: 'NEXT_START',
  /**
   * Its restart did not end healthy, or its rollout halted before its turn.
   */
  HALTED: 'HALTED',
  /**
   * Its node is not connected: `version` is what it last reported.
   */
  UNREACHABLE: 'UNREACHABLE',
} as const;

export type _keyhold_v1_RolloutStatus_Container_State =
  | 'STATE_UNSPECIFIED'
  | 0
  /**
   * It has the newest version, or an equal value, or has no use for it any more.
   */
  | 'CURRENT'
  | 1
  /**
   * It will get it: by itself, or when its turn in the group comes.
   */
  | 'PENDING'
  | 2
  /**
   * Waits for its maintenance window.
   */
  | 'WAITING'
  | 3
  /**
   * It has the version only at its next start, which nobody brings about: `keyhold.on-change=ignore`, or `files`.
   * Or it is paused, and gets it when somebody unpauses it.
   */
  | 'NEXT_START'
  | 4
  /**
   * Its restart did not end healthy, or its rollout halted before its turn.
   */
  | 'HALTED'
  | 5
  /**
   * Its node is not connected: `version` is what it last reported.
   */
  | 'UNREACHABLE'
  | 6

export type _keyhold_v1_RolloutStatus_Container_State__Output = typeof _keyhold_v1_RolloutStatus_Container_State[keyof typeof _keyhold_v1_RolloutStatus_Container_State]

export interface RolloutStatus {
  'secret'?: (string);
  /**
   * The newest; 0: it is deleted.
   */
  'version'?: (number | string | Long);
  /**
   * Those that use it, or have it still. Of workspaces that the caller may not see, without names and problem.
   */
  'containers'?: (_keyhold_v1_RolloutStatus_Container)[];
  /**
   * Containers that use the secret and get values while they run: those that a wait waits for.
   */
  'affected'?: (number);
  /**
   * Of those, the ones that are CURRENT; in a wait, the ones that have the version waited for, or a newer one.
   */
  'delivered'?: (number);
}

export interface RolloutStatus__Output {
  'secret': (string);
  /**
   * The newest; 0: it is deleted.
   */
  'version': (number);
  /**
   * Those that use it, or have it still. Of workspaces that the caller may not see, without names and problem.
   */
  'containers': (_keyhold_v1_RolloutStatus_Container__Output)[];
  /**
   * Containers that use the secret and get values while they run: those that a wait waits for.
   */
  'affected': (number);
  /**
   * Of those, the ones that are CURRENT; in a wait, the ones that have the version waited for, or a newer one.
   */
  'delivered': (number);
}
