// Original file: proto/keyhold/v1/agent_service.proto


export interface EnrolledProjects {
  /**
   * Resource names, sorted.
   */
  'names'?: (string)[];
}

export interface EnrolledProjects__Output {
  /**
   * Resource names, sorted.
   */
  'names': (string)[];
}
