// Original file: proto/keyhold/v1/agent_service.proto

import type { TargetState as _keyhold_v1_TargetState, TargetState__Output as _keyhold_v1_TargetState__Output } from '../../keyhold/v1/TargetState.ts';
import type { EnrolledProjects as _keyhold_v1_EnrolledProjects, EnrolledProjects__Output as _keyhold_v1_EnrolledProjects__Output } from '../../keyhold/v1/EnrolledProjects.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What changed after `applies_to`, up to `revision`. An agent that is not at `applies_to` has missed something and
 * subscribes again. `revision` may equal `applies_to`: the answer to a Watch when nothing else had changed. One comes at least
 * every 30 seconds, an empty one if nothing changed, so that a lost message is noticed by then.
 */
export interface Increment {
  'appliesTo'?: (number | string | Long);
  'revision'?: (number | string | Long);
  'targets'?: (_keyhold_v1_TargetState)[];
  /**
   * Requests of this stream that had been received. An agent that sent more a while ago subscribes again.
   */
  'requests'?: (number | string | Long);
  /**
   * Set when the projects that the node is enrolled for have changed: all of them, as in the snapshot.
   */
  'projects'?: (_keyhold_v1_EnrolledProjects | null);
}

/**
 * What changed after `applies_to`, up to `revision`. An agent that is not at `applies_to` has missed something and
 * subscribes again. `revision` may equal `applies_to`: the answer to a Watch when nothing else had changed. One comes at least
 * every 30 seconds, an empty one if nothing changed, so that a lost message is noticed by then.
 */
export interface Increment__Output {
  'appliesTo': (number);
  'revision': (number);
  'targets': (_keyhold_v1_TargetState__Output)[];
  /**
   * Requests of this stream that had been received. An agent that sent more a while ago subscribes again.
   */
  'requests': (number);
  /**
   * Set when the projects that the node is enrolled for have changed: all of them, as in the snapshot.
   */
  'projects': (_keyhold_v1_EnrolledProjects__Output | null);
}
