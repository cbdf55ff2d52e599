// Original file: proto/keyhold/v1/agent_service.proto


export interface Hello {
  'agentVersion'?: (string);
  /**
   * Resource names of workspaces and projects; at most 10,000.
   */
  'targets'?: (string)[];
}

export interface Hello__Output {
  'agentVersion': (string);
  /**
   * Resource names of workspaces and projects; at most 10,000.
   */
  'targets': (string)[];
}
