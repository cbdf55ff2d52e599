// Original file: proto/keyhold/v1/rollout_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

// Original file: proto/keyhold/v1/rollout_service.proto

export const _keyhold_v1_Rollout_State = {
  STATE_UNSPECIFIED: 'STATE_UNSPECIFIED',
  RUNNING: 'RUNNING',
  /**
   * Everybody who has to get it still waits for a maintenance window.
   */
  WAITING: 'WAITING',
  /**
   * All have it, and those that were restarted for it are healthy.
   */
  DONE: 'DONE',
  /**
   * A container did not become healthy: no further restart. It goes on if that one is healthy after all, or gone.
   */
  HALTED: 'HALTED',
  /**
   * It halted, and what was there before was written back: see `rollback_on_failure`.
   */
  ROLLED_BACK: 'ROLLED_BACK',
  /**
   * A newer version of the secret was written before every container had this one.
   */
  SUPERSEDED: 'SUPERSEDED',
} as const;

export type _keyhold_v1_Rollout_State =
  | 'STATE_UNSPECIFIED'
  | 0
  | 'RUNNING'
  | 1
  /**
   * Everybody who has to get it still waits for a maintenance window.
   */
  | 'WAITING'
  | 2
  /**
   * All have it, and those that were restarted for it are healthy.
   */
  | 'DONE'
  | 3
  /**
   * A container did not become healthy: no further restart. It goes on if that one is healthy after all, or gone.
   */
  | 'HALTED'
  | 4
  /**
   * It halted, and what was there before was written back: see `rollback_on_failure`.
   */
  | 'ROLLED_BACK'
  | 5
  /**
   * A newer version of the secret was written before every container had this one.
   */
  | 'SUPERSEDED'
  | 6

export type _keyhold_v1_Rollout_State__Output = typeof _keyhold_v1_Rollout_State[keyof typeof _keyhold_v1_Rollout_State]

export interface Rollout {
  /**
   * `organizations/{organization}/rollouts/{rollout}`.
   */
  'name'?: (string);
  /**
   * The secret that was written.
   */
  'secret'?: (string);
  /**
   * 0: it was deleted.
   */
  'version'?: (number | string | Long);
  'state'?: (_keyhold_v1_Rollout_State);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Running containers that had another version and get this one without waiting for their next start; how many of them have it.
   */
  'containersTotal'?: (number);
  'containersDone'?: (number);
  /**
   * Halted: which container, and what it said. Running: what keeps it from going on, if anything does. A sentence, without names
   * if the caller may not see the container's workspace.
   */
  'problem'?: (string);
  /**
   * Who wrote the version.
   */
  'creator'?: (string);
  /**
   * The previous version is written back if it halts.
   */
  'rollbackOnFailure'?: (boolean);
}

export interface Rollout__Output {
  /**
   * `organizations/{organization}/rollouts/{rollout}`.
   */
  'name': (string);
  /**
   * The secret that was written.
   */
  'secret': (string);
  /**
   * 0: it was deleted.
   */
  'version': (number);
  'state': (_keyhold_v1_Rollout_State__Output);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Running containers that had another version and get this one without waiting for their next start; how many of them have it.
   */
  'containersTotal': (number);
  'containersDone': (number);
  /**
   * Halted: which container, and what it said. Running: what keeps it from going on, if anything does. A sentence, without names
   * if the caller may not see the container's workspace.
   */
  'problem': (string);
  /**
   * Who wrote the version.
   */
  'creator': (string);
  /**
   * The previous version is written back if it halts.
   */
  'rollbackOnFailure': (boolean);
}
