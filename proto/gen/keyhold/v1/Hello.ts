// Original file: proto/keyhold/v1/agent_service.proto


export interface Hello {
  /**
   * At most 64 characters.
   */
  'agentVersion'?: (string);
  /**
   * Resource names of workspaces and projects; at most 10,000, of at most 255 characters each. Beyond a limit the stream ends with
   * RESOURCE_EXHAUSTED.
   */
  'targets'?: (string)[];
}

export interface Hello__Output {
  /**
   * At most 64 characters.
   */
  'agentVersion': (string);
  /**
   * Resource names of workspaces and projects; at most 10,000, of at most 255 characters each. Beyond a limit the stream ends with
   * RESOURCE_EXHAUSTED.
   */
  'targets': (string)[];
}
