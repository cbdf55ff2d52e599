// Original file: proto/keyhold/v1/agent_service.proto

import type { DeliveredSecret as _keyhold_v1_DeliveredSecret, DeliveredSecret__Output as _keyhold_v1_DeliveredSecret__Output } from '../../keyhold/v1/DeliveredSecret.ts';
import type { ContainerWants as _keyhold_v1_ContainerWants, ContainerWants__Output as _keyhold_v1_ContainerWants__Output } from '../../keyhold/v1/ContainerWants.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

// Original file: proto/keyhold/v1/agent_service.proto

/**
 * Said of running containers only.
 */
export const _keyhold_v1_ContainerReport_Health = {
  HEALTH_UNSPECIFIED: 'HEALTH_UNSPECIFIED',
  /**
   * Not known yet: a HEALTHCHECK that has not passed, or none and it has run for less than 5 seconds.
   */
  STARTING: 'STARTING',
  HEALTHY: 'HEALTHY',
  /**
   * The HEALTHCHECK failed, or it ended by itself, or is being started again and again by its restart policy.
   */
  UNHEALTHY: 'UNHEALTHY',
} as const;

/**
 * Said of running containers only.
 */
export type _keyhold_v1_ContainerReport_Health =
  | 'HEALTH_UNSPECIFIED'
  | 0
  /**
   * Not known yet: a HEALTHCHECK that has not passed, or none and it has run for less than 5 seconds.
   */
  | 'STARTING'
  | 1
  | 'HEALTHY'
  | 2
  /**
   * The HEALTHCHECK failed, or it ended by itself, or is being started again and again by its restart policy.
   */
  | 'UNHEALTHY'
  | 3

/**
 * Said of running containers only.
 */
export type _keyhold_v1_ContainerReport_Health__Output = typeof _keyhold_v1_ContainerReport_Health[keyof typeof _keyhold_v1_ContainerReport_Health]

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
  /**
   * The label `keyhold.rollout`; empty: its node steps it together with the others of the host that have none.
   */
  'rolloutGroup'?: (string);
  /**
   * How many of its group may be unavailable at the same time; the smallest that a member names counts. 0 without a group.
   */
  'maxUnavailable'?: (number);
  /**
   * A restart is due: an effective value differs from what its process was started with, it has been quiet since, and nothing
   * but its turn (and its window) is missing.
   */
  'due'?: (boolean);
  /**
   * Set while a maintenance window is waited for: when the next one opens. Until then no step is to be given.
   */
  'waitingUntil'?: (_google_protobuf_Timestamp | null);
  'health'?: (_keyhold_v1_ContainerReport_Health);
  /**
   * The last Step that its node has answered: set once its restart under it is over (it runs again, or could not be restarted, which
   * `problem` says), or nothing was to be done (not due any more, stopped, its window has closed). Every step is answered, also twice.
   * Remembered across restarts of the agent.
   */
  'step'?: (string);
  /**
   * Its restart for `revision` did not end healthy, so its node restarts no other container for that revision. Only of containers
   * without a group: those of a group are halted by the control plane.
   */
  'halted'?: (boolean);
  /**
   * It is RUNNING and paused: files change at once, a restart or a signal waits until somebody unpauses it. `due` is not set meanwhile.
   */
  'paused'?: (boolean);
  /**
   * Names of the containers that share its network (`--network container:X`), labeled or not: they lose it when this one is restarted,
   * until they are restarted too. At most 50.
   */
  'dependents'?: (string)[];
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
  /**
   * The label `keyhold.rollout`; empty: its node steps it together with the others of the host that have none.
   */
  'rolloutGroup': (string);
  /**
   * How many of its group may be unavailable at the same time; the smallest that a member names counts. 0 without a group.
   */
  'maxUnavailable': (number);
  /**
   * A restart is due: an effective value differs from what its process was started with, it has been quiet since, and nothing
   * but its turn (and its window) is missing.
   */
  'due': (boolean);
  /**
   * Set while a maintenance window is waited for: when the next one opens. Until then no step is to be given.
   */
  'waitingUntil': (_google_protobuf_Timestamp__Output | null);
  'health': (_keyhold_v1_ContainerReport_Health__Output);
  /**
   * The last Step that its node has answered: set once its restart under it is over (it runs again, or could not be restarted, which
   * `problem` says), or nothing was to be done (not due any more, stopped, its window has closed). Every step is answered, also twice.
   * Remembered across restarts of the agent.
   */
  'step': (string);
  /**
   * Its restart for `revision` did not end healthy, so its node restarts no other container for that revision. Only of containers
   * without a group: those of a group are halted by the control plane.
   */
  'halted': (boolean);
  /**
   * It is RUNNING and paused: files change at once, a restart or a signal waits until somebody unpauses it. `due` is not set meanwhile.
   */
  'paused': (boolean);
  /**
   * Names of the containers that share its network (`--network container:X`), labeled or not: they lose it when this one is restarted,
   * until they are restarted too. At most 50.
   */
  'dependents': (string)[];
}
