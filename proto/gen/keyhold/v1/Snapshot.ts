// Original file: proto/keyhold/v1/agent_service.proto

import type { TargetState as _keyhold_v1_TargetState, TargetState__Output as _keyhold_v1_TargetState__Output } from '../../keyhold/v1/TargetState.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Everything that is watched, as of one revision.
 */
export interface Snapshot {
  'revision'?: (number | string | Long);
  'targets'?: (_keyhold_v1_TargetState)[];
  /**
   * Resource names of the projects that the node was enrolled for, sorted. It watches them always: the host's own Docker client
   * gets their registry credentials.
   */
  'projects'?: (string)[];
}

/**
 * Everything that is watched, as of one revision.
 */
export interface Snapshot__Output {
  'revision': (number);
  'targets': (_keyhold_v1_TargetState__Output)[];
  /**
   * Resource names of the projects that the node was enrolled for, sorted. It watches them always: the host's own Docker client
   * gets their registry credentials.
   */
  'projects': (string)[];
}
