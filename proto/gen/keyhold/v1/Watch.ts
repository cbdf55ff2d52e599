// Original file: proto/keyhold/v1/agent_service.proto


/**
 * Adds targets. Each is answered by a TargetState in the next increment, also if it is watched already.
 */
export interface Watch {
  'targets'?: (string)[];
}

/**
 * Adds targets. Each is answered by a TargetState in the next increment, also if it is watched already.
 */
export interface Watch__Output {
  'targets': (string)[];
}
